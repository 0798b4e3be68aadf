/// A sequential stream of bytes, such as the output of a decompressor.
package protocol ByteStream: ~Copyable, ~Escapable {
    /// Appends the next bytes until `output` is full, or the stream ends.
    /// - Throws: `PerceptronError.invalidFile` if the source of the bytes is damaged or truncated.
    mutating func read(into output: inout OutputSpan<UInt8>) throws(PerceptronError)
}

extension ByteStream where Self: ~Copyable & ~Escapable {
    /// Appends up to `count` bytes, fewer only at the end of the stream. The array grows with the bytes that exist, so
    /// a false count takes no memory.
    package mutating func read(upTo count: Int, appendingTo bytes: inout [UInt8]) throws(PerceptronError) {
        var missing = count
        while missing > 0 {
            let chunk = min(missing, 1 << 18)
            let before = bytes.count
            try bytes.append(addingCapacity: chunk) { (output) throws(PerceptronError) in try read(into: &output) }
            missing -= bytes.count - before
            if bytes.count - before < chunk { return }
        }
    }
}
