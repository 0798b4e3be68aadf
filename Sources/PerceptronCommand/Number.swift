import Foundation

extension Double {
    /// With so many significant digits.
    func significant(_ digits: Int) -> String { String(format: "%.\(digits)g", self) }

    /// With at least so many significant digits, and with an exponent only where there would be many zeros.
    func readable(_ digits: Int) -> String {
        guard isFinite, self != 0 else { return isNaN ? "–" : self == 0 ? "0" : self < 0 ? "−∞" : "∞" }
        let exponent = Int(log10(abs(self)).rounded(.down))
        guard -4..<9 ~= exponent else { return significant(digits) }
        return String(format: "%.\(max(0, digits - 1 - exponent))f", self)
    }

    /// With a small gap between groups of three digits, if there are more than four before the point.
    static func grouped(_ text: String) -> String {
        let digits = text.drop { !$0.isNumber }.prefix { $0.isNumber }
        guard digits.count > 4 else { return text }
        var grouped = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index).isMultiple(of: 3) { grouped += "\u{202F}" }
            grouped.append(digit)
        }
        return text[..<digits.startIndex] + grouped + text[digits.endIndex...]
    }

    /// With so many digits behind the point.
    func fixed(_ decimals: Int) -> String { String(format: "%.\(decimals)f", self) }
}

extension Float {
    /// The shortest decimal that is read as the same number, without a fraction of nothing.
    var shortest: String {
        let text = description
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
}
