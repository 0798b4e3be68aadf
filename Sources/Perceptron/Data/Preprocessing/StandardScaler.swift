/// Scales each column to mean 0 and variance 1: (x − mean)/σ, where σ² is the mean squared deviation.
///
/// Missing values (NaN) are ignored in fitting, and stay missing (scikit-learn's `StandardScaler`).
public struct StandardScaler: FittedTransform {
    /// The mean of each column.
    public let means: [Double]
    /// The divisor of each column: its standard deviation, or 1 for a column that is constant up to rounding.
    public let scales: [Double]

    /// Fits it to the rows of a matrix.
    ///
    /// - Parameters:
    ///   - matrix: rows × columns.
    ///   - weights: how many rows each row counts as; 1 if nil.
    /// - Throws: `PerceptronError` if there are no rows, weights don't fit, a column has only missing values, or values
    ///   are infinite or so large that their variance is.
    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    public init<Scalar>(fittedTo matrix: Matrix<Scalar>, weights: [Double]? = nil) throws(PerceptronError) {
        try Self.checkFitting(to: matrix, weights)
        try self.init(fittedTo: .whole(matrix, weights: weights))
    }

    /// The same for rows that are checked.
    init<Scalar>(fittedTo rows: RowBlocks<Scalar>) throws(PerceptronError) {
        let zeros = [Double](repeating: 0, count: rows.columns)
        var (counts, sums) = (zeros, zeros)
        try rows.forEachValue { column, value, weight in
            counts[column] += weight
            sums[column] += weight * value
        }
        if let column = counts.firstIndex(of: 0) { throw Self.noValue(column) }
        // Deviations from a first mean give a better one, and a variance without its rounding (Chan et al. 1983).
        let firsts = zip(sums, counts).map { $0 / $1 }
        var (deviations, squares) = (zeros, zeros)
        try rows.forEachValue { column, value, weight in
            let deviation = value - firsts[column]
            deviations[column] += weight * deviation
            squares[column] += weight * deviation * deviation
        }
        var means: [Double] = []
        var scales: [Double] = []
        for (column, count) in counts.enumerated() {
            let mean = firsts[column] + deviations[column] / count
            let variance = max(0, squares[column] - deviations[column] * deviations[column] / count) / count
            try Self.checkFinite(mean, variance, column: column)
            // What rounding alone could have made of a constant.
            let rounding = count * mean * 0x1p-52
            let isConstant = variance <= count * 0x1p-52 * variance + rounding * rounding
            means.append(mean)
            scales.append(isConstant ? 1 : variance.squareRoot())
        }
        self.means = means
        self.scales = scales
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        means = try container.decode([Double].self, forKey: .means)
        scales = try container.decode([Double].self, forKey: .scales)
        try decoder.require(
            scales.count == means.count, "\(counted(scales.count, "scale")) for \(counted(means.count, "mean"))")
    }

    /// The columns that it was fitted to.
    public var inputFeatures: Int { means.count }

    /// The matrix with each column scaled.
    /// - Throws: `PerceptronError` if the number of columns differs from the fitted one, or a value is infinite.
    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    public func transform<Scalar>(_ matrix: Matrix<Scalar>) throws(PerceptronError) -> Matrix<Scalar> {
        try check(matrix)
        return matrix.mapped { scaled($1, column: $0) }
    }

    func scaled(_ value: Double, column: Int) -> Double { (value - means[column]) / scales[column] }

    /// The inverse of `transform`: x · σ + mean.
    /// - Throws: `PerceptronError` if the number of columns differs from the fitted one, or a value is infinite.
    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    public func inverse<Scalar>(_ matrix: Matrix<Scalar>) throws(PerceptronError) -> Matrix<Scalar> {
        try check(matrix)
        return matrix.mapped { $1 * scales[$0] + means[$0] }
    }
}
