/// Numbers as text that a Swift program has in its constants.
///
/// A literal of 100,000 numbers takes the compiler a minute, and code that runs first to put them into memory; a literal
/// of text takes no time, and none. Each bit pattern is written in characters of six bits, from `?` on, among which is
/// none that ends the literal. The first characters of all numbers stand first, which have the lowest bits; then the
/// second ones: so neighbours can be decoded side by side.
enum SourceNumbers {
    /// The character of 0.
    static let first: UInt8 = 63

    /// How many a number has.
    static func characters(_ precision: SourcePrecision) -> Int { precision.isDouble ? 11 : 6 }

    static func text(_ numbers: [Double], _ precision: SourcePrecision) -> [UInt8] {
        let patterns = numbers.map { precision.isDouble ? $0.bitPattern : UInt64(Float($0).bitPattern) }
        var text: [UInt8] = []
        text.reserveCapacity(patterns.count * characters(precision))
        for part in 0..<characters(precision) {
            for pattern in patterns { text.append(first + UInt8(truncatingIfNeeded: pattern >> (6 * part)) & 63) }
        }
        return text
    }
}
