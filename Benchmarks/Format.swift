import Foundation

/// Numbers as a person reads them.
enum Format {
    /// Three digits and a unit; "-" for what wasn't measured.
    static func duration(_ seconds: Double?) -> String {
        guard let seconds else { return "-" }
        let units = [(1e-6, 1e9, "ns"), (1e-3, 1e6, "µs"), (1, 1e3, "ms")]
        for (limit, factor, unit) in units where seconds < limit * 0.9995 {
            return "\(digits(seconds * factor)) \(unit)"
        }
        return "\(digits(seconds)) s"
    }

    /// Three digits, all of them before the point if there are more.
    static func digits(_ value: Double?) -> String {
        guard let value else { return "-" }
        return fixed(value, decimals: abs(value) < 9.995 ? 2 : abs(value) < 99.95 ? 1 : 0)
    }

    /// A share in percent: whole, or with a decimal below ten.
    static func percent(_ share: Double) -> String { fixed(100 * share, decimals: share < 0.0995 ? 1 : 0) }

    /// A whole number, its digits in groups of three.
    static func grouped(_ value: Int?) -> String {
        guard let value else { return "-" }
        var text = ""
        for (index, digit) in String(abs(value)).reversed().enumerated() {
            if index > 0, index.isMultiple(of: 3) { text.insert(",", at: text.startIndex) }
            text.insert(digit, at: text.startIndex)
        }
        return (value < 0 ? "-" : "") + text
    }

    /// Bytes with three digits and a unit; "-" for what wasn't measured.
    static func bytes(_ bytes: Int?) -> String {
        guard let bytes else { return "-" }
        return bytes.magnitude < 999_500_000
            ? "\(digits(1e-6 * Double(bytes))) MB" : "\(digits(1e-9 * Double(bytes))) GB"
    }

    static func fixed(_ value: Double, decimals: Int) -> String { String(format: "%.\(decimals)f", value) }
}
