/// Reads decimal numbers: `-12.5`, `1e-3`, `.5`, `5.`, `inf`, `-Infinity`.
///
/// They are rounded once, from the digits to the nearest number of the type, ties to even, and have the bits of C's
/// `strtod` and `strtof`. The algorithm is that of D. Lemire, "Number Parsing at a Gigabyte per Second", 2021, and N.
/// Mushtak and D. Lemire, "Fast Number Parsing Without Fallback", 2023. Numbers that are too large become infinite.
struct DecimalReader: Sendable {
    /// The decimal separator.
    private let decimalPoint: UInt8
    // Held here, because each use of a global constant checks whether it is initialized.
    private let powersOfFive = PowersOfFive.table
    private let powersOfTen = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20, 1e21, 1e22,
    ]

    init(decimalPoint: UInt8 = UInt8(ascii: ".")) { self.decimalPoint = decimalPoint }

    /// Reads the number at `position`, and moves `position` past it; nil if there is none.
    @inline(__always)
    func read<Scalar: BLASScalar>(_ bytes: Span<UInt8>, _ position: inout Int) -> Scalar? {
        let count = bytes.count
        var index = position
        guard index < count else { return nil }
        let isNegative = bytes[index] == UInt8(ascii: "-")
        if isNegative || bytes[index] == UInt8(ascii: "+") { index += 1 }

        let start = index
        // Overflows if there are too many digits, which are then read again.
        var mantissa: UInt64 = 0
        DecimalReader.readDigits(bytes, &index, into: &mantissa)
        var digits = index - start
        var exponent = 0
        if index < count, bytes[index] == decimalPoint {
            index += 1
            let fraction = index
            DecimalReader.readEights(bytes, &index, into: &mantissa)
            DecimalReader.readDigits(bytes, &index, into: &mantissa)
            exponent = fraction - index
            digits -= exponent
        }
        guard digits > 0 else {
            index = start
            guard DecimalReader.readInfinity(bytes, &index) else { return nil }
            position = index
            return isNegative ? -.infinity : .infinity
        }
        let end = index
        var power = 0
        if index < count, bytes[index] | 0x20 == UInt8(ascii: "e") {
            index += 1
            guard DecimalReader.readExponent(bytes, &index, into: &power) else { return nil }
        }
        position = index
        let magnitude: Scalar =
            digits <= DecimalReader.maximumDigits
            ? scaled(mantissa, by: exponent + power)
            : readLong(bytes, start..<end, power)
        return isNegative ? -magnitude : magnitude
    }

    /// The number that a whole text represents, ignoring blanks around it; nil if it isn't one.
    func read<Scalar: BLASScalar>(all bytes: Span<UInt8>) -> Scalar? {
        var start = 0
        while start < bytes.count, DecimalReader.isBlank(bytes[start]) { start += 1 }
        guard let value: Scalar = read(bytes, &start) else { return nil }
        while start < bytes.count, DecimalReader.isBlank(bytes[start]) { start += 1 }
        return start == bytes.count ? value : nil
    }

    @inline(__always)
    static func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }

    /// The number of digits that always fit into 64 bits.
    private static let maximumDigits = 19

    @inline(__always)
    private static func readDigits(_ bytes: Span<UInt8>, _ index: inout Int, into value: inout UInt64) {
        while index < bytes.count {
            let digit = bytes[index] &- UInt8(ascii: "0")
            guard digit < 10 else { return }
            value = value &* 10 &+ UInt64(digit)
            index += 1
        }
    }

    /// Eight digits at a time, as long as there are eight.
    @inline(__always)
    private static func readEights(_ bytes: Span<UInt8>, _ index: inout Int, into value: inout UInt64) {
        while bytes.count - index >= 8 {
            var word = UInt64(littleEndian: bytes.bytes.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self))
            // Each byte is 0x30 to 0x39.
            let high: UInt64 = 0xF0F0_F0F0_F0F0_F0F0
            guard word & high | ((word &+ 0x0606_0606_0606_0606) & high) >> 4 == 0x3333_3333_3333_3333 else { return }
            // Combines neighbours: digits, then pairs, then fours.
            word = ((word & 0x0F0F_0F0F_0F0F_0F0F) &* 0xA01) >> 8
            word = ((word & 0x00FF_00FF_00FF_00FF) &* 0x64_0001) >> 16
            word = ((word & 0x0000_FFFF_0000_FFFF) &* 0x2710_0000_0001) >> 32
            value = value &* 100_000_000 &+ word
            index += 8
        }
    }

    private static func readExponent(_ bytes: Span<UInt8>, _ index: inout Int, into exponent: inout Int) -> Bool {
        guard index < bytes.count else { return false }
        let isNegative = bytes[index] == UInt8(ascii: "-")
        if isNegative || bytes[index] == UInt8(ascii: "+") { index += 1 }
        let start = index
        while index < bytes.count {
            let digit = bytes[index] &- UInt8(ascii: "0")
            guard digit < 10 else { break }
            // Far beyond what the digits of one text could compensate.
            if exponent < 1 << 50 { exponent = exponent * 10 + Int(digit) }
            index += 1
        }
        if isNegative { exponent = -exponent }
        return index > start
    }

    private static func readInfinity(_ bytes: Span<UInt8>, _ index: inout Int) -> Bool {
        func follows(_ word: StaticString) -> Bool {
            guard bytes.count - index >= word.utf8CodeUnitCount else { return false }
            return word.withUTF8Buffer { word in word.indices.allSatisfy { bytes[index + $0] | 0x20 == word[$0] } }
        }
        guard follows("inf") else { return false }
        index += follows("infinity") ? 8 : 3
        return true
    }

    /// Reads digits that don't fit into 64 bits. The first ones decide, unless the number is so close to the midpoint
    /// between two numbers that the rest matters.
    @inline(never)
    private func readLong<Scalar: BLASScalar>(
        _ bytes: Span<UInt8>, _ range: Range<Int>, _ power: Int
    ) -> Scalar {
        var mantissa: UInt64 = 0
        var digits = 0
        // The power of ten of the last digit taken.
        var exponent = power
        var isFraction = false
        for index in range {
            guard bytes[index] != decimalPoint else {
                isFraction = true
                continue
            }
            if digits < DecimalReader.maximumDigits {
                mantissa = mantissa * 10 + UInt64(bytes[index] - UInt8(ascii: "0"))
                if mantissa > 0 { digits += 1 }
                if isFraction { exponent -= 1 }
            } else if !isFraction {
                exponent += 1
            }
        }
        let lower: Scalar = scaled(mantissa, by: exponent)
        if lower == scaled(mantissa + 1, by: exponent) { return lower }
        let characters = bytes.extracting(range).withUnsafeBufferPointer { bytes in
            bytes.map { $0 == decimalPoint ? UInt8(ascii: ".") : $0 }
        }
        let text = String(decoding: characters, as: UTF8.self) + "e\(power)"
        return (Scalar.self == Double.self ? Double(text).map { Scalar($0) } : Float(text).map { Scalar($0) }) ?? lower
    }

    /// mantissa · 10^exponent, rounded to nearest, ties to even.
    ///
    /// With m = mantissa · 2^k, highest bit set, the first bits of m · 5^exponent are those of the result; 128 bits of
    /// the power of five suffice to determine them and whether anything follows.
    @inline(__always)
    private func scaled<Scalar: BLASScalar>(_ mantissa: UInt64, by exponent: Int) -> Scalar {
        let isDouble = Scalar.self == Double.self
        // Both are exact, so the result is rounded once.
        let exact = isDouble ? 22 : 10
        if mantissa >> UInt64(Scalar.significandBitCount + 1) == 0, exponent >= -exact, exponent <= exact {
            return exponent < 0
                ? Scalar(mantissa) / Scalar(powersOfTen[-exponent]) : Scalar(mantissa) * Scalar(powersOfTen[exponent])
        }
        guard mantissa != 0, exponent >= (isDouble ? -342 : -64) else { return 0 }
        guard exponent <= (isDouble ? 308 : 38) else { return .infinity }
        let bits = Scalar.significandBitCount
        let leadingZeros = mantissa.leadingZeroBitCount
        let normalized = mantissa << UInt64(leadingZeros)
        let power = powersOfFive[exponent - PowersOfFive.exponents.lowerBound]
        var (high, low) = normalized.multipliedFullWidth(by: UInt64(truncatingIfNeeded: power >> 64))
        let undecided = UInt64.max >> UInt64(bits + 3)
        if high & undecided == undecided {
            let (more, _) = normalized.multipliedFullWidth(by: UInt64(truncatingIfNeeded: power))
            let (sum, overflows) = low.addingReportingOverflow(more)
            low = sum
            if overflows { high += 1 }
        }
        let top = Int(high >> 63)
        let shift = top + 64 - bits - 3
        // One more bit than the type has, for rounding.
        var significand = high >> UInt64(shift)
        // ⌊exponent · log2(10)⌋ + 63, biased as the type's exponents are.
        let bias = 1 << (Scalar.exponentBitCount - 1) - 1
        var binary = (exponent &* 217_706) >> 16 + 63 + top - leadingZeros + bias
        guard binary > 0 else {
            guard binary > -63 else { return 0 }
            significand >>= UInt64(1 - binary)
            significand = (significand + significand & 1) >> 1
            // Rounding can turn the largest subnormal number into the smallest normal one.
            let isNormal = significand >> UInt64(bits) != 0
            return DecimalReader.make(significand, isNormal ? 1 : 0)
        }
        // An exact midpoint: possible only if the power of five is exact, or divides the mantissa.
        if low <= 1, exponent >= (isDouble ? -4 : -17), exponent <= (isDouble ? 23 : 10), significand & 3 == 1,
            significand << UInt64(shift) == high
        {
            significand &= ~1
        }
        significand = (significand + significand & 1) >> 1
        if significand >> UInt64(bits + 1) != 0 {
            significand = 0
            binary += 1
        }
        guard binary < 1 << Scalar.exponentBitCount - 1 else { return .infinity }
        return DecimalReader.make(significand, binary)
    }

    @inline(__always)
    private static func make<Scalar: BLASScalar>(_ significand: UInt64, _ exponent: Int) -> Scalar {
        Scalar(
            sign: .plus, exponentBitPattern: Scalar.RawExponent(truncatingIfNeeded: exponent),
            significandBitPattern: Scalar.RawSignificand(truncatingIfNeeded: significand))
    }
}
