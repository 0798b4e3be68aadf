/// A column of a data set's inputs.
public struct Column: Equatable, Hashable, Sendable, Codable {
    /// What a column holds.
    public enum Kind: Equatable, Hashable, Sendable, Codable {
        /// Numbers; NaN where one is missing.
        case numeric
        /// Texts: each value is the index of its category, NaN where it is missing.
        case categorical(categories: [String])
    }

    /// What the column is called.
    public let name: String
    /// What it holds.
    public let kind: Kind
    /// Where numbers come from that were dates in a CSV file; nil for others.
    public let dates: DateSource?

    /// A column by its name and kind.
    public init(_ name: String, _ kind: Kind = .numeric) {
        self.name = name
        self.kind = kind
        dates = nil
    }

    /// Numbers that come from dates, or are what these would become.
    public init(_ name: String, dates: DateSource?) {
        self.name = name
        kind = .numeric
        self.dates = dates
    }
}
