/// Replaces each value x by F(x), the share of the fitted values below it, or by the normal quantile Φ⁻¹(F(x)).
///
/// F interpolates between quantiles of the column; among equal quantiles the middle one counts. Values outside the
/// fitted range become the smallest or largest output, which for a normal output is ±5.2, the quantile of 10⁻⁷. Missing
/// values (NaN) are ignored in fitting, and stay missing (scikit-learn's `QuantileTransformer`, `subsample=None`).
public struct QuantileScaler: FittedTransform {
    /// The distribution of the outputs.
    public enum Output: String, Equatable, Hashable, Sendable, Codable {
        /// Uniform between 0 and 1.
        case uniform
        /// Normal with mean 0 and variance 1.
        case normal
    }

    /// The quantiles of each column at equally spaced shares, from the smallest to the largest value.
    public let quantiles: [[Double]]
    /// The distribution of the outputs.
    public let output: Output

    /// Fits it to the rows of a matrix.
    ///
    /// - Parameters:
    ///   - matrix: rows × columns.
    ///   - weights: how many rows each row counts as; 1 if nil.
    ///   - count: how many quantiles to take, at least 2; at most as many as there are rows.
    ///   - output: the distribution of the outputs.
    /// - Throws: `PerceptronError` if `count` is below 2, there are no rows, weights don't fit, a column has only missing
    ///   values, or values are infinite or infinitely far apart.
    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    public init<Scalar>(
        fittedTo matrix: Matrix<Scalar>, weights: [Double]? = nil, count: Int = 1000, output: Output = .normal
    ) throws(PerceptronError) {
        guard count > 1 else { throw .invalidArgument("\(counted(count, "quantile")); at least 2 are needed") }
        try Self.checkFitting(to: matrix, weights)
        let weights = weights.map(rowCounts)
        let rows = weights?.reduce(0, +) ?? Double(matrix.rows)
        let shares = Self.shares(Int(min(Double(count), rows.rounded())))
        var quantiles: [[Double]] = []
        for column in 0..<matrix.columns {
            let values = try Self.sortedValues(matrix, weights, column: column)
            try Self.checkFinite(values.maximum - values.minimum, column: column)
            // In percent and back: rounded as NumPy does, so that equal values have equal quantiles there and here.
            var largest = values.minimum
            quantiles.append(
                shares.map { share in
                    largest = max(largest, values.quantile(share * 100 / 100))
                    return largest
                })
        }
        self.quantiles = quantiles
        self.output = output
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        quantiles = try container.decode([[Double]].self, forKey: .quantiles)
        output = try container.decode(Output.self, forKey: .output)
        try decoder.require(
            quantiles.allSatisfy { $0.count == quantiles[0].count && !$0.isEmpty },
            "columns with different numbers of quantiles, or none")
        try decoder.require(
            quantiles.allSatisfy { zip($0, $0.dropFirst()).allSatisfy { $0 <= $1 } }, "quantiles that are not in order")
    }

    /// The columns that it was fitted to.
    public var inputFeatures: Int { quantiles.count }

    /// The matrix with each column scaled.
    /// - Throws: `PerceptronError` if the number of columns differs from the fitted one, or a value is infinite.
    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    public func transform<Scalar>(_ matrix: Matrix<Scalar>) throws(PerceptronError) -> Matrix<Scalar> {
        try check(matrix)
        let shares = Self.shares(quantiles.first?.count ?? 0)
        let limits = Self.normalOutputs
        return matrix.mapped { column, value in
            if value.isNaN { return value }
            let share = share(of: value, among: quantiles[column], shares)
            switch output {
            case .uniform: return share
            case .normal: return min(max(NormalDistribution.quantile(share), limits.lowerBound), limits.upperBound)
            }
        }
    }

    /// For normal outputs: how close to the first or last quantile, in the column's own units, a value counts as beyond
    /// it, and the share whose normal number is the end.
    package static let margin = 1e-7

    /// Where normal outputs are cut off.
    package static let normalOutputs =
        NormalDistribution.quantile(margin - 0x1p-52)...NormalDistribution.quantile(1 - (margin - 0x1p-52))

    /// `count` shares from 0 to 1, equally far apart (`numpy.linspace`).
    package static func shares(_ count: Int) -> [Double] {
        let step = 1 / Double(max(count - 1, 1))
        return (0..<count).map { $0 > 0 && $0 == count - 1 ? 1 : Double($0) * step }
    }

    private func share(of value: Double, among quantiles: [Double], _ shares: [Double]) -> Double {
        let (first, last) = (quantiles[0], quantiles[quantiles.count - 1])
        let isAtEnd =
            switch output {
            case .uniform: (lower: value <= first, upper: value >= last)
            case .normal: (lower: value - Self.margin < first, upper: value + Self.margin > last)
            }
        if isAtEnd.lower { return 0 }
        if isAtEnd.upper { return 1 }
        // Neighbours around the value, or the last and the first of those that are equal to it.
        let lower = quantiles.partitioningIndex { $0 > value } - 1
        let upper = quantiles.partitioningIndex { $0 >= value }
        if quantiles[lower] == value { return (shares[lower] + shares[upper]) / 2 }
        let part = (value - quantiles[lower]) / (quantiles[upper] - quantiles[lower])
        return shares[lower] + (shares[upper] - shares[lower]) * part
    }
}
