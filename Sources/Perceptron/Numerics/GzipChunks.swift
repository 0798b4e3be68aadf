/// Reads and decompresses a gzipped file in chunks.
final class GzipChunks {
    private let file: MappedFile
    private let inflater: Inflater

    private static let chunkBytes = 1 << 18

    init(_ file: MappedFile) {
        self.file = file
        inflater = Inflater(name: file.path)
    }

    /// The next bytes; empty at the end of the file.
    func next() throws(PerceptronError) -> [UInt8] {
        let file = file
        return try next(file.bytes)
    }

    private func next(_ packed: Span<UInt8>) throws(PerceptronError) -> [UInt8] {
        var bytes: [UInt8] = []
        try bytes.append(addingCapacity: GzipChunks.chunkBytes) { (output) throws(PerceptronError) in
            try inflater.read(packed, into: &output)
        }
        return bytes
    }
}
