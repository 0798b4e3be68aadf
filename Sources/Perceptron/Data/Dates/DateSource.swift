/// Where the numbers of a data set's column come from: from the dates in a column of a CSV file.
public struct DateSource: Equatable, Hashable, Sendable, Codable {
    /// The name of the column in the file.
    public let column: String
    /// How the dates are written; nil for ISO 8601. See `DateColumn`.
    public let format: String?
    /// Which number of the date it is.
    public let value: DateValue

    /// A number of the dates in a column.
    public init(column: String, format: String? = nil, value: DateValue = .days) {
        self.column = column
        self.format = format
        self.value = value
    }
}
