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
        return fixed(value, decimals: value < 9.995 ? 2 : value < 99.95 ? 1 : 0)
    }

    static func fixed(_ value: Double, decimals: Int) -> String { String(format: "%.\(decimals)f", value) }
}
