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

    /// With so many digits behind the point.
    func fixed(_ decimals: Int) -> String { String(format: "%.\(decimals)f", self) }
}
