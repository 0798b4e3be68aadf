import CZlib

/// Decompresses gzipped bytes with zlib (RFC 1952): one member or several in sequence.
final class Inflater {
    private let name: String
    /// zlib's state points back at its stream, which therefore must not move.
    private let stream: UnsafeMutablePointer<z_stream>
    private var position = 0
    private var isAtEnd = false

    /// - Parameter name: the name of the bytes in errors: a file's path.
    init(name: String) {
        self.name = name
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        // The largest window; + 16 means gzip's header and checksum only.
        let status = inflateInit2_(stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        precondition(status == Z_OK, "zlib has no memory or another version")
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
    }

    /// Appends the next bytes until `output` is full or all is decompressed; `packed` must be the same in every call.
    func read(_ packed: Span<UInt8>, into output: inout OutputSpan<UInt8>) throws(PerceptronError) {
        if packed.isEmpty { isAtEnd = true }
        while !isAtEnd, !output.isFull {
            let status = inflate(packed, into: &output)
            switch status {
            case Z_OK: break
            case Z_STREAM_END:
                // The checksum was right; anything that follows must be another member.
                isAtEnd = position == packed.count
                inflateReset(stream)
            case Z_BUF_ERROR:
                throw .invalidFile("\(name): the gzip data is truncated: it ends at byte \(position), within a member")
            default:
                let reason = stream.pointee.msg.map { String(cString: $0) } ?? "error \(status)"
                throw .invalidFile("\(name): the gzip data is damaged before byte \(position): \(reason)")
            }
        }
    }

    /// Calls zlib once.
    private func inflate(_ packed: Span<UInt8>, into output: inout OutputSpan<UInt8>) -> Int32 {
        let stream = stream
        // zlib counts in 32 bits.
        let input = packed.extracting(position..<min(packed.count, position + 1 << 30))
        let (status, rest) = input.withUnsafeBufferPointer { input in
            output.withUnsafeMutableBufferPointer { buffer, count in
                let free = UInt32(min(buffer.count - count, 1 << 30))
                stream.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
                stream.pointee.avail_in = UInt32(input.count)
                stream.pointee.next_out = buffer.baseAddress.map { $0 + count }
                stream.pointee.avail_out = free
                let status = CZlib.inflate(stream, Z_NO_FLUSH)
                count += Int(free - stream.pointee.avail_out)
                return (status, Int(stream.pointee.avail_in))
            }
        }
        position += input.count - rest
        return status
    }
}
