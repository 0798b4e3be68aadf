/// Scales each column to a range: lower + (x − min)/(max − min)·(upper − lower).
///
/// Values outside the fitted range end up outside lower…upper. A constant column becomes `lower`. Missing values (NaN)
/// are ignored in fitting, and stay missing (scikit-learn's `MinMaxScaler`).
public struct MinMaxScaler: FittedTransform {
    /// The lower end of the range.
    public let lower: Double
    /// The upper end of the range.
    public let upper: Double
    /// The smallest value of each column.
    public let minimums: [Double]
    /// The largest value of each column.
    public let maximums: [Double]

    /// Fits it to the rows of a matrix.
    ///
    /// - Parameters:
    ///   - matrix: rows × columns.
    ///   - weights: rows of weight 0 are ignored.
    ///   - lower: the lower end of the range.
    ///   - upper: the upper end of the range.
    /// - Throws: `PerceptronError` if `lower` is not below `upper`, there are no rows, weights don't fit, a column has only
    ///   missing values, or values are infinite or infinitely far apart.
    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    public init<Scalar>(
        fittedTo matrix: Matrix<Scalar>, weights: [Double]? = nil, lower: Double = 0, upper: Double = 1
    ) throws(PerceptronError) {
        try Self.checkFitting(to: matrix, weights)
        try self.init(fittedTo: .whole(matrix, weights: weights), lower: lower, upper: upper)
    }

    /// The same for rows that are checked.
    init<Scalar>(fittedTo rows: RowBlocks<Scalar>, lower: Double, upper: Double) throws(PerceptronError) {
        guard lower < upper, (upper - lower).isFinite else {
            throw .invalidArgument(
                "a column can't be scaled to \(lower)...\(upper); both bounds must be finite, and the first the smaller"
            )
        }
        var minimums = [Double](repeating: .infinity, count: rows.columns)
        var maximums = minimums.map(-)
        try rows.forEachValue { column, value, weight in
            guard weight > 0 else { return }
            minimums[column] = min(minimums[column], value)
            maximums[column] = max(maximums[column], value)
        }
        for column in 0..<rows.columns {
            guard minimums[column] <= maximums[column] else { throw Self.noValue(column) }
            try Self.checkFinite(maximums[column] - minimums[column], column: column)
        }
        self.lower = lower
        self.upper = upper
        self.minimums = minimums
        self.maximums = maximums
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        lower = try container.decode(Double.self, forKey: .lower)
        upper = try container.decode(Double.self, forKey: .upper)
        minimums = try container.decode([Double].self, forKey: .minimums)
        maximums = try container.decode([Double].self, forKey: .maximums)
        try decoder.require(
            maximums.count == minimums.count,
            "\(counted(maximums.count, "maximum")) for \(counted(minimums.count, "minimum"))")
    }

    /// The columns that it was fitted to.
    public var inputFeatures: Int { minimums.count }

    /// The matrix with each column scaled.
    /// - Throws: `PerceptronError` if the number of columns differs from the fitted one, or a value is infinite.
    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    public func transform<Scalar>(_ matrix: Matrix<Scalar>) throws(PerceptronError) -> Matrix<Scalar> {
        try check(matrix)
        let factors = factors
        return matrix.mapped { lower + ($1 - minimums[$0]) * factors[$0] }
    }

    /// By how much each column is stretched.
    package var factors: [Double] { zip(minimums, maximums).map { (upper - lower) / unlessTiny($1 - $0) } }
}

/// The width of a column, or 1 where it is no more than rounding makes of a constant.
func unlessTiny(_ width: Double) -> Double { width < 10 * 0x1p-52 ? 1 : width }
