/// Decompresses gzipped bytes as they are read.
package struct Gzip: ByteStream, ~Copyable, ~Escapable {
    /// The greatest compression ratio of deflate, according to zlib's documentation.
    static let greatestRatio = 1032

    private let packed: Span<UInt8>
    private let inflater: Inflater

    /// Whether bytes begin like gzipped ones.
    static func isGzip(_ bytes: Span<UInt8>) -> Bool { bytes.count >= 2 && bytes[0] == 0x1f && bytes[1] == 0x8b }

    /// - Parameter name: the name of the bytes in errors: a file's path.
    @_lifetime(copy packed)
    package init(_ packed: Span<UInt8>, name: String) {
        self.packed = packed
        inflater = Inflater(name: name)
    }

    package mutating func read(into output: inout OutputSpan<UInt8>) throws(PerceptronError) {
        try inflater.read(packed, into: &output)
    }
}
