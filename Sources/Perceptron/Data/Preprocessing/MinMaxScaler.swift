/// Puts each column between two numbers: lower + (x − min) / (max − min) · (upper − lower).
///
/// Values beyond those fitted to come out beyond the two numbers. A constant column becomes `lower`. Missing values
/// (NaN) are left out in fitting, and stay missing (scikit-learn's `MinMaxScaler`).
public struct MinMaxScaler: FittedTransform {
    public let lower: Double
    public let upper: Double
    /// The smallest value of each column.
    public let minimums: [Double]
    /// The largest value of each column.
    public let maximums: [Double]

    /// - Throws: `PerceptronError` if `lower` is not below `upper`, there are no rows, a column has only missing values,
    ///   or values are infinite or infinitely far apart.
    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    public init<Scalar>(
        fittedTo matrix: Matrix<Scalar>, lower: Double = 0, upper: Double = 1
    ) throws(PerceptronError) {
        guard lower < upper, (upper - lower).isFinite else {
            throw .invalidArgument(
                "a column can't be put between \(lower) and \(upper); both must be finite, the first below the second")
        }
        try Self.checkFitting(to: matrix)
        var minimums: [Double] = []
        var maximums: [Double] = []
        for column in 0..<matrix.columns {
            let values = matrix.column(column).filter { !$0.isNaN }
            guard let minimum = values.min(), let maximum = values.max() else { throw Self.noValue(column) }
            try Self.checkFinite(maximum - minimum, column: column)
            minimums.append(minimum)
            maximums.append(maximum)
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
            maximums.count == minimums.count, "\(maximums.count) maximums for \(minimums.count) minimums")
    }

    public var inputFeatures: Int { minimums.count }

    /// The matrix with each column scaled.
    /// - Throws: `PerceptronError` if it has not as many columns as what was fitted to, or has an infinity.
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
