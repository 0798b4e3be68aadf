#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The source of the bytes of a CSV file, plain or gzipped; they can be read more than once.
struct CSVSource {
    typealias Chunks = () throws(PerceptronError) -> [UInt8]

    /// The name of the file in errors.
    let name: String
    /// The number of bytes, if it is known.
    let byteCount: Int?
    /// How many bytes a scanner wants to see before it reads a field; shorter numbers take the fast path.
    let lookAhead: Int
    /// Starts over; each call of the returned function gives the next bytes, none at the end.
    let open: () throws(PerceptronError) -> Chunks

    /// - Throws: `PerceptronError.fileAccess` if the file can't be read, `.invalidArgument` if the URL is not a file
    ///   URL.
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

    /// The same for something that can be read only once, such as a pipe: it can be opened twice, and the first opening
    /// must not read further than the second needs to.
    /// - Throws: as `init(_:)`, and `.invalidFile` if the data of a pipe is gzipped.
    init(onceReadable url: URL) throws(PerceptronError) {
        let chunks = try FileChunks(url, acceptsPipes: true)
        if chunks.isRegular { try self.init(url) } else { try self.init(chunks) }
    }

    /// Standard input, which can be read only once.
    static func standardInput() throws(PerceptronError) -> CSVSource { try CSVSource(.standardInput()) }

    private init(_ chunks: FileChunks) throws(PerceptronError) {
        let first = try chunks.next()
        guard !Gzip.isGzip(first.span) else {
            throw .invalidFile("\(chunks.path): is gzipped; decompress it with gunzip -c")
        }
        // The chunks read by the first opening, kept for the second.
        var (kept, openings) = ([first], 0)
        self.init(name: chunks.path, byteCount: nil) { () throws(PerceptronError) in
            openings += 1
            let keeps = openings == 1
            var next = 0
            return { () throws(PerceptronError) in
                if next < kept.count {
                    defer { next += 1 }
                    return keeps ? kept[next] : exchange(&kept[next], with: [])
                }
                let chunk = try chunks.next()
                if keeps {
                    kept.append(chunk)
                    next += 1
                }
                return chunk
            }
        }
    }

    init(name: String, byteCount: Int?, lookAhead: Int = 256, open: @escaping () throws(PerceptronError) -> Chunks) {
        self.name = name
        self.byteCount = byteCount
        self.lookAhead = lookAhead
        self.open = open
    }

    /// Bytes in chunks; small chunks also shorten the look-ahead, so that the bytes can be cut anywhere.
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
