/// Bytes that come one after the other, as a decompressor makes them.
protocol ByteStream: ~Copyable, ~Escapable {
    /// Appends the next bytes until `output` is full; leaves room in it only at the end of the stream.
    /// - Throws: `PerceptronError.invalidFile` if what the bytes are made from is damaged or cut.
    mutating func read(into output: inout OutputSpan<UInt8>) throws(PerceptronError)
}

extension ByteStream where Self: ~Copyable & ~Escapable {
    /// Appends up to `count` bytes, fewer only at the end of the stream. The array grows with the bytes that are there, so
    /// a count that is a lie takes no memory.
    mutating func read(upTo count: Int, appendingTo bytes: inout [UInt8]) throws(PerceptronError) {
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
