/// Numbers as text, for the constants of a Swift program.
///
/// An array literal of 100,000 numbers takes the compiler a minute, and needs code that fills memory at the start; a
/// string literal takes no time and needs no such code. Each bit pattern is written as characters of six bits each,
/// from `?` on, none of which ends the literal. The first characters of all numbers, with the lowest bits, come first;
/// then all second characters, and so on. So neighbouring numbers can be decoded in parallel.
enum SourceNumbers {
    /// The character of 0.
    static let first: UInt8 = 63

    /// The number of characters for one number.
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
