/// A column of dates in a CSV file, and the numbers they are converted to.
///
/// ```swift
/// let data = try Dataset<Double>(
///     csv: file, target: "price", dates: ["listed", .column("sold", format: "dd.MM.yyyy HH:mm", as: [.days, .week])])
/// ```
/// Dates are in ISO 8601, with or without a time (`2024-03-15`, `2024-03-15T08:30:00.5+01:00`, `20240315T0830Z`, also
/// with a blank instead of the `T`), or in a given format. The numbers of `.days` are in a column of the same name,
/// sines and cosines in columns named `sold week sine` and so on. As `Float`, present-day dates are exact to about
/// three minutes.
public struct DateColumn: Equatable, Hashable, Sendable, ExpressibleByStringLiteral {
    /// A part of a date to convert to numbers.
    public enum Part: Equatable, Hashable, Sendable {
        /// Days since 1970-01-01 00:00 UTC, with the time as a fraction of a day. A time without a zone counts as UTC.
        case days
        /// Sine and cosine of 2πf, where f is the elapsed fraction of the year.
        case year
        /// The same for the week, which begins on Monday.
        case week
        /// The same for the day, by the clock that the time was read from.
        case day

        var values: [DateValue] {
            switch self {
            case .days: [.days]
            case .year: [.yearSine, .yearCosine]
            case .week: [.weekSine, .weekCosine]
            case .day: [.daySine, .dayCosine]
            }
        }
    }

    /// The name of the column in the file.
    public let name: String
    /// The format of the dates; nil for ISO 8601.
    public let format: String?
    /// The parts to convert, in the order of the resulting columns.
    public let parts: [Part]

    /// A column of dates with a format and the parts to convert.
    ///
    /// - Parameters:
    ///   - name: The name of the column in the file.
    ///   - format: Unicode's letters for the parts of a date (<https://unicode.org/reports/tr35/tr35-dates.html>):
    ///     `yyyy`, `yy` (1969 to 2068), `MM`, `M`, `MMM` (`Mar`) and `MMMM` (`March`) in English, `dd`, `d`, `HH`, `H`,
    ///     `hh` or `h` with `a` (AM or PM), `mm`, `m`, `ss`, `s`, `S` (a fraction of any length) and `Z` (`Z`, `+01`,
    ///     `+0100` or `+01:00`). A doubled letter stands for two digits, a single one for one or two. Other characters
    ///     stand for themselves; letters among them are in single quotes. Nil for ISO 8601.
    ///   - parts: The parts to convert to numbers.
    public static func column(_ name: String, format: String? = nil, as parts: [Part] = [.days]) -> DateColumn {
        DateColumn(name: name, format: format, parts: parts)
    }

    private init(name: String, format: String?, parts: [Part]) {
        self.name = name
        self.format = format
        self.parts = parts
    }

    /// A column of ISO 8601 dates, converted to days.
    public init(stringLiteral name: String) { self.init(name: name, format: nil, parts: [.days]) }

    /// The resulting columns of a data set.
    var columns: [Column] {
        parts.flatMap(\.values).map { value in
            Column(value.columnName(name), dates: DateSource(column: name, format: format, value: value))
        }
    }
}
