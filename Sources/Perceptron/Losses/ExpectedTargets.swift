/// The targets that a loss takes.
public struct ExpectedTargets: Sendable {
    /// The number of columns of a matrix of targets.
    public let columns: Int
    /// The range of its values.
    public let values: ClosedRange<Double>
    /// Whether class indices can be given instead, which stand for one-hot rows or, with one column, for 0 and 1.
    public let takesClasses: Bool

    /// Creates a description of targets; the properties explain the arguments.
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
