#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// digits · 10^exponent, exactly, for the labels of an axis.
struct DecimalNumber: Equatable {
    let digits: Int
    let exponent: Int

    /// The nearest floating-point number.
    var value: Double { Double("\(digits)e\(exponent)") ?? .nan }

    /// The same number without trailing zeros; those of whole numbers stay.
    var shortened: DecimalNumber {
        var (digits, exponent) = (digits, digits == 0 ? 0 : exponent)
        while exponent < 0, digits.isMultiple(of: 10) {
            digits /= 10
            exponent += 1
        }
        return DecimalNumber(digits: digits, exponent: exponent)
    }

    /// 1200, 0.050
    var text: String {
        let sign = digits < 0 ? "-" : ""
        let figures = "\(digits.magnitude)"
        if exponent >= 0 { return sign + figures + String(repeating: "0", count: digits == 0 ? 0 : exponent) }
        let padded = String(repeating: "0", count: max(0, 1 - exponent - figures.count)) + figures
        return sign + padded.dropLast(-exponent) + "." + padded.suffix(-exponent)
    }

    /// 12×10⁶, 5×10⁻⁷, 10⁻⁸
    var scientificText: String {
        if digits == 0 { return "0" }
        let factor = digits.magnitude == 1 ? "" : "\(digits.magnitude)×"
        return (digits < 0 ? "-" : "") + factor + "10" + DecimalNumber.superscript(exponent)
    }

    private static func superscript(_ number: Int) -> String {
        let figures = Array("⁰¹²³⁴⁵⁶⁷⁸⁹")
        return (number < 0 ? "⁻" : "")
            + String("\(number.magnitude)".compactMap(\.wholeNumberValue).map { figures[$0] })
    }
}

extension DecimalNumber {
    /// A positive number rounded to `count` significant digits, without trailing zeros.
    init(rounding value: Double, digits count: Int) {
        let exponent = Int(log10(value).rounded(.down)) - count + 1
        self = DecimalNumber(digits: Int((value / pow(10, Double(exponent))).rounded()), exponent: exponent).shortened
    }
}
