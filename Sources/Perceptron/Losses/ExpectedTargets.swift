/// The targets that a loss takes.
public struct ExpectedTargets: Sendable {
    /// How many columns a matrix of targets has.
    public let columns: Int
    /// The range of its values.
    public let values: ClosedRange<Double>
    /// Whether the class of each row can be given instead, which means its one-hot row; with one column, 0 or 1.
    public let takesClasses: Bool

    /// The targets of a loss; the properties explain the arguments.
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
