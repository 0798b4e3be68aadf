#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A number that a date is converted to.
public enum DateValue: String, Equatable, Hashable, Sendable, Codable {
    /// Days since 1970-01-01 00:00 UTC, with the time as a fraction of a day. A time without a zone counts as UTC.
    case days
    /// sin(2πf), where f is the elapsed fraction of the year, of the week (from Monday) or of the day, in local time.
    case yearSine, weekSine, daySine
    /// cos(2πf).
    case yearCosine, weekCosine, dayCosine

    func callAsFunction(_ time: CalendarTime) -> Double {
        switch self {
        case .days: time.days
        case .yearSine: sin(2 * .pi * time.fractionOfYear)
        case .yearCosine: cos(2 * .pi * time.fractionOfYear)
        case .weekSine: sin(2 * .pi * time.fractionOfWeek)
        case .weekCosine: cos(2 * .pi * time.fractionOfWeek)
        case .daySine: sin(2 * .pi * time.fractionOfDay)
        case .dayCosine: cos(2 * .pi * time.fractionOfDay)
        }
    }

    /// The name of a data set's column of these numbers.
    func columnName(_ column: String) -> String {
        switch self {
        case .days: column
        case .yearSine: "\(column) year sine"
        case .yearCosine: "\(column) year cosine"
        case .weekSine: "\(column) week sine"
        case .weekCosine: "\(column) week cosine"
        case .daySine: "\(column) day sine"
        case .dayCosine: "\(column) day cosine"
        }
    }
}
