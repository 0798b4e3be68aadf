import Foundation

extension Double {
    /// The number with `digits` significant digits.
    func significant(_ digits: Int) -> String { String(format: "%.\(digits)g", self) }

    /// The number with at least `digits` significant digits, and an exponent only to avoid many zeros.
    func readable(_ digits: Int) -> String {
        guard isFinite, self != 0 else { return isNaN ? "–" : self == 0 ? "0" : self < 0 ? "−∞" : "∞" }
        let exponent = Int(log10(abs(self)).rounded(.down))
        guard -4..<9 ~= exponent else { return significant(digits) }
        return String(format: "%.\(max(0, digits - 1 - exponent))f", self)
    }

    /// The number with thin spaces between groups of three digits, if there are more than four before the point.
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

    /// The number with `decimals` digits after the point.
    func fixed(_ decimals: Int) -> String { String(format: "%.\(decimals)f", self) }
}

extension Float {
    /// The shortest decimal that reads as the same number, without ".0".
    var shortest: String {
        let text = description
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
}
