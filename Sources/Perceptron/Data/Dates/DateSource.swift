/// The source of a data set's numbers that were dates in a CSV file.
public struct DateSource: Equatable, Hashable, Sendable, Codable {
    /// The name of the column in the file.
    public let column: String
    /// The format of the dates; nil for ISO 8601. See ``DateColumn``.
    public let format: String?
    /// The number that the date was converted to.
    public let value: DateValue

    /// Creates the source of a number.
    public init(column: String, format: String? = nil, value: DateValue = .days) {
        self.column = column
        self.format = format
        self.value = value
    }
}
