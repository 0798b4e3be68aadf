/// The bytes that gzip packed, unpacked as they are asked for.
package struct Gzip: ByteStream, ~Copyable, ~Escapable {
    /// The most that deflate packs into a byte, zlib's documentation says.
    static let greatestRatio = 1032

    private let packed: Span<UInt8>
    private let inflater: Inflater

    /// Whether bytes begin as gzip's do.
    static func isGzip(_ bytes: Span<UInt8>) -> Bool { bytes.count >= 2 && bytes[0] == 0x1f && bytes[1] == 0x8b }

    /// - Parameter name: what errors call the bytes: a file's path.
    @_lifetime(copy packed)
    package init(_ packed: Span<UInt8>, name: String) {
        self.packed = packed
        inflater = Inflater(name: name)
    }

    package mutating func read(into output: inout OutputSpan<UInt8>) throws(PerceptronError) {
        try inflater.read(packed, into: &output)
    }
}
