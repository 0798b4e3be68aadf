#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Where the bytes of a CSV file, plain or gzipped, come from; they can be had more than once.
struct CSVSource {
    typealias Chunks = () throws(PerceptronError) -> [UInt8]

    /// What error messages call the file.
    let name: String
    /// How many bytes there are, if that is known.
    let byteCount: Int?
    /// How many bytes a scanner wants to see before it reads a field: numbers that are shorter take the fast way.
    let lookAhead: Int
    /// Begins anew; each call of what it returns gives the bytes that follow, none at the end.
    let open: () throws(PerceptronError) -> Chunks

    /// - Throws: `PerceptronError.fileAccess` if the file can't be read, `.invalidArgument` if the URL is none of a file.
    init(_ url: URL) throws(PerceptronError) {
        let file = try MappedFile(url)
        guard !Gzip.isGzip(file.bytes) else {
            self.init(name: file.path, byteCount: nil) { () throws(PerceptronError) in
                let chunks = GzipChunks(file)
                return { () throws(PerceptronError) in try chunks.next() }
            }
            return
        }
        if let texts = UTF16Text(file.bytes) {
            self.init(name: file.path, bytes: try texts.utf8(file.path), chunkSize: 1 << 16)
            return
        }
        self.init(name: file.path, byteCount: file.count) { () throws(PerceptronError) in
            let chunks = try FileChunks(url)
            return { () throws(PerceptronError) in try chunks.next() }
        }
    }

    init(name: String, byteCount: Int?, lookAhead: Int = 256, open: @escaping () throws(PerceptronError) -> Chunks) {
        self.name = name
        self.byteCount = byteCount
        self.lookAhead = lookAhead
        self.open = open
    }

    /// Bytes in pieces; with no look beyond small ones, so that everything can be cut anywhere.
    init(name: String, bytes: [UInt8], chunkSize: Int) {
        self.init(name: name, byteCount: bytes.count, lookAhead: min(chunkSize, 256)) { () throws(PerceptronError) in
            var position = 0
            return { () throws(PerceptronError) in
                let chunk = bytes[position...].prefix(chunkSize)
                position = chunk.endIndex
                return Array(chunk)
            }
        }
    }
}
