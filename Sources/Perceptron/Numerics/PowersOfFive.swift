/// The first 128 bits of the powers of five that scale decimal numbers; the highest bit is set.
///
/// They are computed on first use, which is faster than reading them from disk. D. Lemire, "Number Parsing at a
/// Gigabyte per Second", 2021, defines them.
enum PowersOfFive {
    static let exponents = -342...308

    static let table: [UInt128] = {
        // 2^1023 divided by five repeatedly: 5^-342 still has more than 128 bits.
        var inverse = [UInt64](repeating: 0, count: 16)
        inverse[15] = 1 << 63
        var negative: [UInt128] = []
        for exponent in 1...(-exponents.lowerBound) {
            var remainder: UInt64 = 0
            for word in inverse.indices.reversed() {
                (inverse[word], remainder) = UInt64(5).dividingFullWidth((remainder, inverse[word]))
            }
            // The proof needs the reciprocal rounded up for powers to 5^27, and rounded down beyond.
            negative.append(leadingBits(inverse) + (exponent <= 27 ? 1 : 0))
        }

        var power = [UInt64](repeating: 0, count: 12)
        power[0] = 1
        var positive = [leadingBits(power)]
        for _ in 1...exponents.upperBound {
            var carry: UInt64 = 0
            for word in power.indices {
                let product = power[word].multipliedFullWidth(by: 5)
                let (sum, overflows) = product.low.addingReportingOverflow(carry)
                power[word] = sum
                carry = product.high + (overflows ? 1 : 0)
            }
            positive.append(leadingBits(power))
        }
        return negative.reversed() + positive
    }()

    /// The first 128 bits of a number in little-endian words.
    private static func leadingBits(_ words: [UInt64]) -> UInt128 {
        let top = words.lastIndex { $0 != 0 } ?? 0
        func word(_ index: Int) -> UInt64 { index < 0 ? 0 : words[index] }
        let shift = word(top).leadingZeroBitCount
        return (UInt128(word(top)) << 64 | UInt128(word(top - 1))) << UInt128(shift)
            | UInt128(word(top - 2) >> UInt64(64 - shift))
    }
}
