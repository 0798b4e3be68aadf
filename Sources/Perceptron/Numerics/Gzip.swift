import CZlib

/// The bytes that gzip packed, unpacked as they are asked for (RFC 1952): one member, or several behind each other.
struct Gzip: ByteStream, ~Copyable, ~Escapable {
    /// The most that deflate packs into a byte, zlib's documentation says.
    static let greatestRatio = 1032

    private let packed: Span<UInt8>
    private let name: String
    /// zlib's state points back at its stream, which therefore must not move.
    private let stream: UnsafeMutablePointer<z_stream>
    private var position = 0
    private var isAtEnd: Bool

    /// Whether bytes begin as gzip's do.
    static func isGzip(_ bytes: Span<UInt8>) -> Bool { bytes.count >= 2 && bytes[0] == 0x1f && bytes[1] == 0x8b }

    /// - Parameter name: what errors call the bytes: a file's path.
    @_lifetime(copy packed)
    init(_ packed: Span<UInt8>, name: String) {
        self.packed = packed
        self.name = name
        isAtEnd = packed.isEmpty
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        // The largest window, and 16 for gzip's header and checksum alone.
        let status = inflateInit2_(stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        precondition(status == Z_OK, "zlib has no memory or another version")
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
    }

    mutating func read(into output: inout OutputSpan<UInt8>) throws(PerceptronError) {
        while !isAtEnd, !output.isFull {
            let status = inflate(into: &output)
            switch status {
            case Z_OK: break
            case Z_STREAM_END:
                // A checksum was right; what follows must be another member.
                isAtEnd = position == packed.count
                inflateReset(stream)
            case Z_BUF_ERROR:
                throw .invalidFile("\(name): the gzip data are cut: they end at byte \(position), within a member")
            default:
                let reason = stream.pointee.msg.map { String(cString: $0) } ?? "error \(status)"
                throw .invalidFile("\(name): the gzip data are damaged before byte \(position): \(reason)")
            }
        }
    }

    /// Calls zlib once.
    private mutating func inflate(into output: inout OutputSpan<UInt8>) -> Int32 {
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
