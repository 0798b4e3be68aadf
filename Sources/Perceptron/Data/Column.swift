/// A column of a data set's inputs.
public struct Column: Equatable, Hashable, Sendable, Codable {
    /// The kind of values in a column.
    public enum Kind: Equatable, Hashable, Sendable, Codable {
        /// Numbers; NaN where one is missing.
        case numeric
        /// Text: each value is the index of its category, NaN where it is missing.
        case categorical(categories: [String])
    }

    /// The name of the column.
    public let name: String
    /// The kind of its values.
    public let kind: Kind
    /// The dates in a CSV file that the numbers come from; nil for other columns.
    public let dates: DateSource?

    /// Creates a column with a name and a kind.
    public init(_ name: String, _ kind: Kind = .numeric) {
        self.name = name
        self.kind = kind
        dates = nil
    }

    /// Creates a numeric column whose numbers come from dates.
    public init(_ name: String, dates: DateSource?) {
        self.name = name
        kind = .numeric
        self.dates = dates
    }
}
