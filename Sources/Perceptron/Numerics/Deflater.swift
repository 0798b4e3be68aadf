import CZlib

/// Compresses bytes with zlib's deflate (RFC 1951).
final class Deflater {
    enum Wrapping: Int32 {
        /// With a header and a checksum, as in files (RFC 1952).
        case gzip = 31
        /// Only the compressed bytes, as in zip archives.
        case none = -15
    }

    /// zlib's state points back at its stream, which therefore must not move.
    private let stream: UnsafeMutablePointer<z_stream>

    private static let bytesAtOnce = 1 << 16

    init(_ wrapping: Wrapping) {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        // zlib's default memory level.
        let status = deflateInit2_(
            stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, wrapping.rawValue, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
            Int32(MemoryLayout<z_stream>.size))
        precondition(status == Z_OK, "zlib has no memory or another version")
    }

    deinit {
        deflateEnd(stream)
        stream.deallocate()
    }

    /// Appends the compressed form of the next bytes, as far as zlib doesn't wait for more.
    /// - Parameter isLast: whether these are the last bytes.
    func pack(_ bytes: RawSpan, isLast: Bool, appendingTo packed: inout [UInt8]) {
        bytes.withUnsafeBytes { bytes in
            var position = 0
            var isFull = true
            while isFull || position < bytes.count {
                // zlib counts in 32 bits.
                let end = min(bytes.count, position + 1 << 30)
                let flush = isLast && end == bytes.count ? Z_FINISH : Z_NO_FLUSH
                let part = UnsafeRawBufferPointer(rebasing: bytes[position..<end])
                let before = packed.count
                var rest = 0
                packed.append(addingCapacity: Deflater.bytesAtOnce) { output in
                    rest = deflate(part, flush, into: &output)
                }
                position = end - rest
                isFull = packed.count == before + Deflater.bytesAtOnce
            }
        }
    }

    /// Calls zlib once.
    /// - Returns: the number of bytes that it has not consumed.
    private func deflate(_ bytes: UnsafeRawBufferPointer, _ flush: Int32, into output: inout OutputSpan<UInt8>) -> Int {
        output.withUnsafeMutableBufferPointer { buffer, count in
            stream.pointee.next_in = UnsafeMutablePointer(
                mutating: bytes.baseAddress?.assumingMemoryBound(to: UInt8.self))
            stream.pointee.avail_in = UInt32(bytes.count)
            stream.pointee.next_out = buffer.baseAddress
            stream.pointee.avail_out = UInt32(buffer.count)
            CZlib.deflate(stream, flush)
            count = buffer.count - Int(stream.pointee.avail_out)
            return Int(stream.pointee.avail_in)
        }
    }
}
