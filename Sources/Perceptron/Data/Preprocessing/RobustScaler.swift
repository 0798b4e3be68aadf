/// Scales each column by its interquartile range, which is robust to outliers: x' = (x − median)/(q₇₅ − q₂₅).
///
/// Optionally, values are then clipped smoothly: x'/√(1 + (x'/3)²) hardly changes small values and keeps all between −3
/// and 3 (RealMLP, Holzmüller et al. 2024). Missing values (NaN) are ignored in fitting, and stay missing. Without
/// clipping this is scikit-learn's `RobustScaler`, except that a column with equal quartiles is divided by half its
/// range, as RealMLP does, and a constant column by 1.
public struct RobustScaler: FittedTransform {
    /// The median of each column.
    public let medians: [Double]
    /// The divisor of each column.
    public let scales: [Double]
    /// Whether outliers are clipped smoothly.
    public let smoothClip: Bool

    /// Fits it to the rows of a matrix.
    ///
    /// - Parameters:
    ///   - matrix: rows × columns.
    ///   - weights: how many rows each row counts as; 1 if nil.
    ///   - smoothClip: whether outliers are clipped smoothly.
    /// - Throws: `PerceptronError` if there are no rows, weights don't fit, a column has only missing values, or values
    ///   are infinite or infinitely far apart.
    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    public init<Scalar>(
        fittedTo matrix: Matrix<Scalar>, weights: [Double]? = nil, smoothClip: Bool = true
    ) throws(PerceptronError) {
        try Self.checkFitting(to: matrix, weights)
        let weights = weights.map(rowCounts)
        var medians: [Double] = []
        var scales: [Double] = []
        for column in 0..<matrix.columns {
            let values = try Self.sortedValues(matrix, weights, column: column)
            try Self.checkFinite(values.maximum - values.minimum, column: column)
            let middle = values.quantile(0.75) - values.quantile(0.25)
            medians.append(values.median)
            scales.append(middle != 0 ? unlessTiny(middle) : unlessTiny((values.maximum - values.minimum) / 2))
        }
        self.medians = medians
        self.scales = scales
        self.smoothClip = smoothClip
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        medians = try container.decode([Double].self, forKey: .medians)
        scales = try container.decode([Double].self, forKey: .scales)
        smoothClip = try container.decode(Bool.self, forKey: .smoothClip)
        try decoder.require(
            scales.count == medians.count, "\(counted(scales.count, "scale")) for \(counted(medians.count, "median"))")
    }

    /// The columns that it was fitted to.
    public var inputFeatures: Int { medians.count }

    /// The matrix with each column scaled.
    /// - Throws: `PerceptronError` if the number of columns differs from the fitted one, or a value is infinite.
    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    public func transform<Scalar>(_ matrix: Matrix<Scalar>) throws(PerceptronError) -> Matrix<Scalar> {
        try check(matrix)
        return matrix.mapped { column, value in
            let scaled = (value - medians[column]) / scales[column]
            guard smoothClip else { return scaled }
            // Where its square overflows, a value is as far out as the clip allows.
            return abs(scaled) > 1e150 ? (scaled < 0 ? -3 : 3) : scaled / (1 + scaled * scaled / 9).squareRoot()
        }
    }
}
