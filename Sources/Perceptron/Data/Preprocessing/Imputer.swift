/// Fills in missing values (NaN), column by column, and adds indicator columns that mark where they were missing.
///
/// The added columns follow the others: 1 where a value was missing, 0 elsewhere; one for each column with a missing
/// value among the fitted rows. Values missing later in other columns are filled in as well (scikit-learn's
/// `SimpleImputer`, `add_indicator`).
public struct Imputer: FittedTransform {
    /// What to fill in.
    public enum Strategy: Equatable, Hashable, Sendable, Codable {
        /// The column's mean.
        case mean
        /// The column's median.
        case median
        /// The most frequent value; the smallest of equals.
        case mostFrequent
        /// The same number everywhere.
        case constant(Double)
    }

    /// The value that is filled in, for each column.
    public let values: [Double]
    /// The columns that have an indicator.
    public let indicatorColumns: [Int]

    /// Fits it to the rows of a matrix.
    ///
    /// - Parameters:
    ///   - matrix: rows × columns.
    ///   - weights: how many rows each row counts as; 1 if nil.
    ///   - strategy: what to fill in.
    ///   - indicators: whether to add indicator columns.
    /// - Throws: `PerceptronError` if there are no rows, weights don't fit, the constant or a value is infinite, or a column
    ///   has only missing values and the strategy is not a constant.
    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    public init<Scalar>(
        fittedTo matrix: Matrix<Scalar>, weights: [Double]? = nil, strategy: Strategy = .mean, indicators: Bool = false
    ) throws(PerceptronError) {
        try Self.checkFitting(to: matrix, weights)
        try self.init(fittedTo: .whole(matrix, weights: weights), strategy: strategy, indicators: indicators)
    }

    /// The same for rows that are checked.
    init<Scalar>(
        fittedTo rows: RowBlocks<Scalar>, strategy: Strategy, indicators: Bool
    ) throws(PerceptronError) {
        switch strategy {
        case .mean:
            var counts = [Double](repeating: 0, count: rows.columns)
            var sums = counts
            try rows.forEachValue { column, value, weight in
                counts[column] += weight
                sums[column] += weight * value
            }
            if let column = counts.firstIndex(of: 0) { throw Self.noValue(column) }
            values = zip(sums, counts).map { $0 / $1 }
        case .median, .mostFrequent:
            let (matrix, weights) = try rows.inMemory()
            let counts = weights.map(rowCounts)
            var values: [Double] = []
            for column in 0..<matrix.columns {
                let sorted = try Self.sortedValues(matrix, counts, column: column)
                values.append(strategy == .median ? sorted.median : sorted.mostFrequent)
            }
            self.values = values
        case .constant(let value):
            guard value.isFinite else { throw .invalidArgument("\(value) can't be filled in; it must be finite") }
            values = [Double](repeating: value, count: rows.columns)
        }
        for (column, value) in values.enumerated() { try Self.checkFinite(value, column: column) }
        var isMissing = [Bool](repeating: false, count: rows.columns)
        if indicators {
            try rows.forEach { block, weights in
                for row in 0..<block.rows where weights?[row] ?? 1 > 0 {
                    for column in 0..<block.columns where block[row, column].isNaN { isMissing[column] = true }
                }
            }
        }
        indicatorColumns = isMissing.indices.filter { isMissing[$0] }
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        values = try container.decode([Double].self, forKey: .values)
        indicatorColumns = try container.decode([Int].self, forKey: .indicatorColumns)
        try decoder.require(
            indicatorColumns.allSatisfy(values.indices.contains), "an indicator of a column that is not there")
    }

    /// The columns that it was fitted to.
    public var inputFeatures: Int { values.count }
    /// The number of resulting columns.
    public var outputFeatures: Int { values.count + indicatorColumns.count }

    /// The matrix without missing values, followed by the indicators: rows × `outputFeatures`.
    /// - Throws: `PerceptronError` if the number of columns differs from the fitted one, or a value is infinite.
    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    public func transform<Scalar>(_ matrix: Matrix<Scalar>) throws(PerceptronError) -> Matrix<Scalar> {
        let filled = try filled(matrix)
        return indicatorColumns.isEmpty
            ? filled : Matrix(sideBySide: [filled, try indicators(matrix)], rows: matrix.rows)
    }

    /// The columns fitted to, without missing values.
    func filled<Scalar>(_ matrix: Matrix<Scalar>) throws(PerceptronError) -> Matrix<Scalar> {
        try check(matrix)
        return matrix.mapped { $1.isNaN ? values[$0] : $1 }
    }

    /// The indicators alone.
    func indicators<Scalar>(_ matrix: Matrix<Scalar>) throws(PerceptronError) -> Matrix<Scalar> {
        try check(matrix)
        return matrix.columns(indicatorColumns).mapped { $1.isNaN ? 1 : 0 }
    }
}
