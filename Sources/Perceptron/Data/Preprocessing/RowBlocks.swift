/// Rows that something is fitted to: all of them, or in blocks that follow each other, to be gone through several times.
enum RowBlocks<Scalar: BLASScalar> {
    typealias Body = (_ rows: Matrix<Scalar>, _ weights: [Double]?) throws(PerceptronError) -> Void

    case whole(Matrix<Scalar>, weights: [Double]?)
    /// Calls what it is given with each block.
    case streamed(columns: Int, (Body) throws(PerceptronError) -> Void)

    var columns: Int {
        switch self {
        case .whole(let matrix, _): matrix.columns
        case .streamed(let columns, _): columns
        }
    }

    func forEach(_ body: Body) throws(PerceptronError) {
        switch self {
        case .whole(let matrix, let weights): try body(matrix, weights)
        case .streamed(_, let pass): try pass(body)
        }
    }

    /// Calls `body` with each value that is not missing, its column, and for how many rows it counts; each column's in the
    /// order of the rows.
    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    func forEachValue(
        _ body: (_ column: Int, _ value: Double, _ weight: Double) -> Void
    ) throws(PerceptronError) {
        try forEach { (rows, weights) throws(PerceptronError) in
            for row in 0..<rows.rows {
                let weight = weights?[row] ?? 1
                for column in 0..<rows.columns {
                    let value = Double(rows[row, column])
                    if !value.isNaN { body(column, value, weight) }
                }
            }
        }
    }

    /// The same rows with other columns.
    func mapped(
        columns: Int, _ transform: @escaping (Matrix<Scalar>) throws(PerceptronError) -> Matrix<Scalar>
    ) throws(PerceptronError) -> RowBlocks {
        switch self {
        case .whole(let matrix, let weights): return .whole(try transform(matrix), weights: weights)
        case .streamed(_, let pass):
            return .streamed(columns: columns) { (body) throws(PerceptronError) in
                try pass { (rows, weights) throws(PerceptronError) in try body(transform(rows), weights) }
            }
        }
    }

    /// All rows, for what needs them in order.
    func inMemory() throws(PerceptronError) -> (matrix: Matrix<Scalar>, weights: [Double]?) {
        guard case .whole(let matrix, let weights) = self else {
            throw .invalidArgument("medians, quantiles and whitening need all rows in memory")
        }
        return (matrix, weights)
    }
}
