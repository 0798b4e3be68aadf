/// How many targets lie within their prediction intervals, and how wide the intervals are.
public struct IntervalCoverage: Equatable, Sendable {
    /// The fraction of the targets that the intervals are meant to cover: 0.9 for nine in ten.
    public let level: Double
    /// The fraction of the targets that lie within their intervals, bounds included.
    public let covered: Double
    /// The mean of upper − lower, in the targets' own units.
    public let meanWidth: Double

    /// Measures intervals on rows with targets.
    /// - Parameters:
    ///   - level: the fraction of the targets that the intervals are meant to cover.
    ///   - lower: the lower bounds, rows × targets.
    ///   - upper: the upper bounds, of the same shape.
    ///   - targets: the targets, of the same shape.
    ///   - weights: how many rows each row counts as; 1 if nil.
    /// - Throws: `PerceptronError.shapeMismatch` if shapes differ, or there are no rows; `.invalidValue` if the weights are
    ///   negative, not finite, all 0, or of another number.
    public init<Scalar>(
        _ level: Double, lower: Matrix<Scalar>, upper: Matrix<Scalar>, targets: Matrix<Scalar>, weights: [Double]? = nil
    ) throws(PerceptronError) {
        for (matrix, name) in [(lower, "lower bounds"), (upper, "upper bounds")]
        where matrix.rows != targets.rows || matrix.columns != targets.columns {
            throw .shapeMismatch(
                "\(name) are \(matrix.rows) × \(matrix.columns); targets are \(targets.rows) × \(targets.columns)")
        }
        guard targets.rows > 0, targets.columns > 0 else { throw .shapeMismatch("there are no targets") }
        if let weights { try check(weights: weights, rows: targets.rows, name: "weights") }
        var (inside, width, total) = (CompensatedSum(), CompensatedSum(), CompensatedSum())
        for row in 0..<targets.rows {
            let weight = weights?[row] ?? 1
            for column in 0..<targets.columns {
                let (low, high) = (lower[row, column], upper[row, column])
                if low <= targets[row, column], targets[row, column] <= high { inside += weight }
                width += weight * (Double(high) - Double(low))
                total += weight
            }
        }
        self.level = level
        covered = inside.value / total.value
        meanWidth = width.value / total.value
    }
}
