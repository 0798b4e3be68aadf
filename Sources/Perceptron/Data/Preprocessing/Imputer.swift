/// Fills in missing values (NaN), column by column, and adds columns that say where they were missing.
///
/// The added columns stand behind the others: 1 where a value was missing, else 0; one for each column that had a
/// missing value among the rows fitted to. What is missing later in another column is filled in all the same
/// (scikit-learn's `SimpleImputer`, `add_indicator`).
public struct Imputer: FittedTransform {
    /// What to fill in.
    public enum Strategy: Equatable, Hashable, Sendable, Codable {
        case mean
        case median
        /// The value that occurs most often; of several the smallest.
        case mostFrequent
        case constant(Double)
    }

    /// What is filled in, for each column.
    public let values: [Double]
    /// The columns that have an indicator.
    public let indicatorColumns: [Int]

    /// - Throws: `PerceptronError` if there are no rows, the constant or a value is infinite, or a column has only
    ///   missing values and the strategy is not a constant.
    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    public init<Scalar>(
        fittedTo matrix: Matrix<Scalar>, strategy: Strategy = .mean, indicators: Bool = false
    ) throws(PerceptronError) {
        try Self.checkFitting(to: matrix)
        if case .constant(let value) = strategy, !value.isFinite {
            throw .invalidArgument("\(value) can't be filled in; it must be finite")
        }
        var values: [Double] = []
        for column in 0..<matrix.columns {
            let value: Double
            switch strategy {
            case .mean:
                let present = matrix.column(column).filter { !$0.isNaN }
                guard !present.isEmpty else { throw Self.noValue(column) }
                value = present.reduce(0, +) / Double(present.count)
            case .median: value = try Self.sortedValues(matrix, column: column).median
            case .mostFrequent: value = try Self.sortedValues(matrix, column: column).mostFrequent
            case .constant(let constant): value = constant
            }
            try Self.checkFinite(value, column: column)
            values.append(value)
        }
        self.values = values
        indicatorColumns =
            indicators
            ? (0..<matrix.columns).filter { column in (0..<matrix.rows).contains { matrix[$0, column].isNaN } } : []
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        values = try container.decode([Double].self, forKey: .values)
        indicatorColumns = try container.decode([Int].self, forKey: .indicatorColumns)
        try decoder.require(
            indicatorColumns.allSatisfy(values.indices.contains), "an indicator of a column that is not there")
    }

    public var inputFeatures: Int { values.count }
    public var outputFeatures: Int { values.count + indicatorColumns.count }

    /// The matrix without missing values, and the indicators behind it: rows × `outputFeatures`.
    /// - Throws: `PerceptronError` if it has not as many columns as what was fitted to, or has an infinity.
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
