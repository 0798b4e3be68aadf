/// What is fitted to the columns of a matrix and then changes matrices of as many columns.
protocol FittedTransform: Equatable, Sendable, Codable {
    var inputFeatures: Int { get }
    var outputFeatures: Int { get }

    /// - Throws: `PerceptronError` if the matrix has not as many columns as what was fitted to, or has an infinity.
    func transform<Scalar>(_ matrix: Matrix<Scalar>) throws(PerceptronError) -> Matrix<Scalar>
}

extension FittedTransform {
    var outputFeatures: Int { inputFeatures }

    /// Throws unless there are rows, no infinity, and weights that fit.
    static func checkFitting<Scalar>(to matrix: Matrix<Scalar>, _ weights: [Double]?) throws(PerceptronError) {
        guard matrix.rows > 0 else { throw .shapeMismatch("no rows to fit to; at least 1 is needed") }
        try checkNoInfinity(matrix)
        if let weights { try Perceptron.check(weights: weights, rows: matrix.rows, name: "weights") }
    }

    func check<Scalar>(_ matrix: Matrix<Scalar>) throws(PerceptronError) {
        guard matrix.columns == inputFeatures else {
            throw .shapeMismatch(
                "the matrix has \(counted(matrix.columns, "column")); \(Self.self) was fitted to \(inputFeatures)")
        }
        try Self.checkNoInfinity(matrix)
    }

    private static func checkNoInfinity<Scalar>(_ matrix: Matrix<Scalar>) throws(PerceptronError) {
        guard let (row, column) = matrix.firstInfinity else { return }
        throw .invalidValue(
            "the matrix has \(matrix[row, column]) in row \(row), column \(column) (counted from 0); "
                + "values must be finite, or NaN where they are missing")
    }

    /// The values of a column that are there, in order; throws if there are none.
    static func sortedValues<Scalar>(
        _ matrix: Matrix<Scalar>, _ weights: [Double]?, column: Int
    ) throws(PerceptronError) -> SortedValues {
        guard let values = SortedValues(matrix.column(column), weights: weights) else { throw noValue(column) }
        return values
    }

    static func noValue(_ column: Int) -> PerceptronError {
        .invalidValue("column \(column) (counted from 0) has no value in the rows fitted to: all are missing")
    }

    /// Throws unless what was computed for a column is finite.
    static func checkFinite(_ values: Double..., column: Int) throws(PerceptronError) {
        guard values.allSatisfy(\.isFinite) else {
            throw .invalidValue("column \(column) (counted from 0) has values too large to fit to")
        }
    }
}

/// Weights as numbers of rows. Those that sum to less than there are rows with any are shares: they are scaled so that they
/// sum to as many.
func rowCounts(_ weights: [Double]) -> [Double] {
    let rows = Double(weights.count { $0 > 0 })
    let sum = weights.reduce(0, +)
    return sum < rows ? weights.map { $0 / sum * rows } : weights
}

extension Decoder {
    /// Throws, naming where in the coded data, unless what was decoded is as it must be.
    func require(_ condition: Bool, _ message: String) throws {
        guard condition else {
            throw DecodingError.dataCorrupted(.init(codingPath: codingPath, debugDescription: message))
        }
    }
}
