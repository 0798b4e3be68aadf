/// The targets that a loss takes.
public struct ExpectedTargets: Sendable {
    /// How many columns a matrix of targets has.
    public let columns: Int
    /// The range of its values.
    public let values: ClosedRange<Double>
    /// Whether the class of each row will do instead, which stands for its one-hot row; with one column, for 0 or 1.
    public let takesClasses: Bool

    /// What a loss takes; the properties explain the arguments.
    public init(
        columns: Int, values: ClosedRange<Double> = -.infinity ... .infinity, takesClasses: Bool = true
    ) {
        self.columns = columns
        self.values = values
        self.takesClasses = takesClasses
    }

    /// How many classes there are: one for each column, or two.
    var classes: Int { max(2, columns) }
}
