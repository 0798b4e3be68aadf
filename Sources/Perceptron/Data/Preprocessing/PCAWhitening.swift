/// Transforms columns into uncorrelated columns of variance 1, in descending order of their original variances: (x −
/// mean)·V/√λ.
///
/// V's columns are the eigenvectors of the covariance, λ its eigenvalues (scikit-learn's `PCA`, `whiten=True`,
/// `svd_solver="full"`). The largest element of each vector is positive. Directions in which the rows vary only by
/// rounding are never kept.
public struct PCAWhitening: FittedTransform {
    /// How many components to keep.
    public enum Components: Equatable, Hashable, Sendable, Codable {
        /// All in which the rows vary.
        case all
        /// The given number.
        case count(Int)
        /// The fewest that explain more than this share of the variance, between 0 and 1.
        case varianceShare(Double)
    }

    /// The mean of each column.
    public let means: [Double]
    /// The kept components, unit vectors.
    public let components: [[Double]]
    /// The variance along each component, with rows − 1 in the denominator; weighted, with the sum of weights − 1.
    public let variances: [Double]
    /// The share of the total variance that each component explains.
    public let varianceShares: [Double]

    /// Fits it to the rows of a matrix.
    ///
    /// - Parameters:
    ///   - matrix: rows × columns.
    ///   - weights: how many rows each row counts as; 1 if nil.
    ///   - components: how many to keep.
    /// - Throws: `PerceptronError` if there are fewer than 2 rows, weights don't fit, a value is missing or infinite,
    ///   the rows are all the same, or vary in fewer directions than requested.
    public init<Scalar>(
        fittedTo matrix: Matrix<Scalar>, weights: [Double]? = nil, components: Components = .all
    ) throws(PerceptronError) {
        guard matrix.rows > 1 else {
            throw .shapeMismatch("\(thereAre(matrix.rows, "row")) to fit to; at least 2 are needed")
        }
        try Self.checkFitting(to: matrix, weights)
        try Self.checkNoneMissing(matrix)
        let weights = weights.map(rowCounts)
        let rows = weights?.reduce(0, +) ?? Double(matrix.rows)
        let means = (0..<matrix.columns).map { column -> Double in
            var sum = 0.0
            for (row, value) in matrix.column(column).enumerated() { sum += (weights?[row] ?? 1) * value }
            return sum / rows
        }
        var centered = Matrix<Double>(matrix).mapped { $1 - means[$0] }
        if let weights {
            // A row that counts w times has w times its products.
            for (row, weight) in weights.enumerated() {
                for column in 0..<matrix.columns { centered[row, column] *= weight.squareRoot() }
            }
        }
        guard centered.elements.allSatisfy(\.isFinite) else {
            throw .invalidValue("the matrix has values too large to fit to")
        }
        let (values, vectors) = try BLAS.withSingleThread { () throws(PerceptronError) in try LAPACK.svd(centered) }
        let largest = values.first ?? 0
        let rounding = largest * Double(max(matrix.rows, matrix.columns)) * 0x1p-52
        let rank = values.prefix { $0 > rounding }.count
        let squares = values.map { ($0 / largest) * ($0 / largest) }
        let total = squares.reduce(0, +)
        guard rank > 0 else { throw .invalidValue("all rows are the same; there is nothing to whiten") }

        let count: Int
        switch components {
        case .all: count = rank
        case .count(let asked):
            guard asked > 0, asked <= rank else {
                throw .invalidArgument(
                    "\(counted(asked, "component")); the rows vary in \(counted(rank, "direction")), so there can "
                        + "be 1 to \(rank)"
                )
            }
            count = asked
        case .varianceShare(let share):
            guard share > 0, share < 1 else {
                throw .invalidArgument("the share of variance is \(share); it must be between 0 and 1")
            }
            var sum = 0.0
            count =
                1
                + squares.prefix(rank - 1).prefix { square in
                    sum += square / total
                    return sum <= share
                }.count
        }
        self.means = means
        self.components = (0..<count).map { index in
            let vector = vectors.elements[index * matrix.columns..<(index + 1) * matrix.columns]
            let sign = vector.max { abs($0) < abs($1) }.map { $0 < 0 ? -1.0 : 1.0 } ?? 1
            return vector.map { $0 * sign }
        }
        variances = values.prefix(count).map { $0 * $0 / (rows - 1) }
        varianceShares = squares.prefix(count).map { $0 / total }
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        means = try container.decode([Double].self, forKey: .means)
        components = try container.decode([[Double]].self, forKey: .components)
        variances = try container.decode([Double].self, forKey: .variances)
        varianceShares = try container.decode([Double].self, forKey: .varianceShares)
        let width = means.count
        try decoder.require(components.allSatisfy { $0.count == width }, "components not as long as the means")
        try decoder.require(
            variances.count == components.count && varianceShares.count == components.count,
            "\(counted(components.count, "component")) with \(counted(variances.count, "variance"))")
    }

    /// The columns that it was fitted to.
    public var inputFeatures: Int { means.count }
    /// The number of resulting columns.
    public var outputFeatures: Int { components.count }

    /// Rows × `outputFeatures`.
    /// - Throws: `PerceptronError` if the number of columns differs from the fitted one, or a value is missing or
    ///   infinite.
    public func transform<Scalar>(_ matrix: Matrix<Scalar>) throws(PerceptronError) -> Matrix<Scalar> {
        try check(matrix)
        try Self.checkNoneMissing(matrix)
        let centered = Matrix<Double>(matrix).mapped { $1 - means[$0] }
        let directions = zip(components, variances).map { component, variance in
            component.map { $0 / variance.squareRoot() }
        }
        var values = [Double](repeating: 0, count: matrix.rows * outputFeatures)
        var result = MutableMatrixView(rows: matrix.rows, columns: outputFeatures, elements: values.mutableSpan)
        try BLAS.withSingleThread { () throws(PerceptronError) in
            try BLAS.gemm(centered.view, Matrix(directions).view, transposeB: .yes, into: &result)
        }
        return Matrix(rows: matrix.rows, columns: outputFeatures, elements: values.map { Scalar($0) })
    }

    private static func checkNoneMissing<Scalar>(_ matrix: Matrix<Scalar>) throws(PerceptronError) {
        guard let index = Kernels.firstNonFinite(matrix.elements.span) else { return }
        throw .invalidValue(
            "the matrix has \(matrix.elements[index]) in row \(index / matrix.columns), "
                + "column \(index % matrix.columns) (counted from 0); whitening needs finite values")
    }
}
