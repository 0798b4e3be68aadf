#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A message in the wire format of Protocol Buffers, written field by field.
package struct ProtobufMessage {
    package private(set) var bytes: [UInt8] = []

    package init() {}

    /// How the bytes that follow a field's number are to be read.
    private enum WireType: UInt64 {
        case varint = 0
        case eightBytes = 1
        case lengthDelimited = 2
        case fourBytes = 5
    }

    package mutating func append(_ value: Int, field: UInt64) {
        appendKey(field, .varint)
        appendVarint(UInt64(bitPattern: Int64(value)))
    }

    package mutating func append(_ value: Double, field: UInt64) {
        appendKey(field, .eightBytes)
        bytes.append(littleEndian: value.bitPattern)
    }

    package mutating func append(_ value: Float, field: UInt64) {
        appendKey(field, .fourBytes)
        bytes.append(littleEndian: value.bitPattern)
    }

    package mutating func append(_ text: String, field: UInt64) { append(Array(text.utf8), field: field) }

    package mutating func append(_ message: ProtobufMessage, field: UInt64) { append(message.bytes, field: field) }

    /// A repeated field, packed.
    package mutating func append(_ values: [Double], field: UInt64) {
        var packed: [UInt8] = []
        packed.reserveCapacity(8 * values.count)
        for value in values { packed.append(littleEndian: value.bitPattern) }
        append(packed, field: field)
    }

    /// The raw bytes of numbers.
    package mutating func append(_ content: RawSpan, field: UInt64) {
        appendKey(field, .lengthDelimited)
        appendVarint(UInt64(content.byteCount))
        bytes.append(content)
    }

    private mutating func append(_ content: [UInt8], field: UInt64) {
        appendKey(field, .lengthDelimited)
        appendVarint(UInt64(content.count))
        bytes += content
    }

    private mutating func appendKey(_ field: UInt64, _ type: WireType) { appendVarint(field << 3 | type.rawValue) }

    /// Seven bits per byte, the lowest first; the eighth bit tells that more follow.
    private mutating func appendVarint(_ number: UInt64) {
        var rest = number
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    /// Writes the message as a file, whole or not at all.
    /// - Throws: `PerceptronError.fileAccess` if that fails; an old file at `url` is then unchanged.
    package func write(to url: URL) throws(PerceptronError) {
        try AtomicFile.write(to: url) { (file) throws(PerceptronError) in try file.write(bytes.span.bytes) }
    }
}
