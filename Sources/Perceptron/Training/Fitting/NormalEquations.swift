/// JᵀJ and Jᵀe, summed over blocks of rows in order.
final class NormalEquations<Scalar: BLASScalar>: TiledWork, @unchecked Sendable {
    /// The number of unknowns.
    let order: Int
    /// JᵀJ, order × order; only the lower triangle is defined.
    let matrix: Buffer<Scalar>
    /// Jᵀe.
    let gradient: Buffer<Scalar>

    private let threads: Int
    /// The rows of the matrix that a tile computes, up to the diagonal.
    private let tiles: [Range<Int>]
    private let job = TileJob()
    private var jacobian: Memory<Scalar>
    private var residuals: Memory<Scalar>
    private var rows = 0
    private var beta = Scalar(0)

    /// - Parameter rows: the rows of each block except the last.
    init(order: Int, rows: Int, threads: Int) {
        self.order = order
        self.threads = threads
        matrix = Buffer(count: order * order)
        gradient = Buffer(count: order)
        tiles = Tiling.triangleBlocks(order: order, rows: rows)
        jacobian = matrix.memory
        residuals = gradient.memory
    }

    /// Adds a block of J, rows × order, and e, rows; the first block replaces the old sums.
    func add(jacobian: Memory<Scalar>, residuals: Memory<Scalar>, rows: Int, isFirst: Bool) {
        self.jacobian = jacobian
        self.residuals = residuals
        self.rows = rows
        beta = isFirst ? 0 : 1
        // One more tile for the gradient.
        WorkerPool.shared.perform(job, tiles: tiles.count + 1, threads: tiles.count > 1 ? threads : 1, self)
    }

    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    func perform(tile: Int, participant: Int) {
        let j = jacobian.view(MatrixBlock(columns: order), rows: 0..<rows, columns: 0..<order)
        guard tile < tiles.count else {
            let e = residuals.view(MatrixBlock(columns: rows), rows: 0..<1, columns: 0..<rows)
            var sum = gradient.memory.mutableView(MatrixBlock(columns: order), rows: 0..<1, columns: 0..<order)
            return BLAS.multiply(e, j, beta: beta, into: &sum)
        }
        let range = tiles[tile]
        let block = MatrixBlock(columns: order)
        if range.lowerBound > 0 {
            let left = 0..<range.lowerBound
            var part = matrix.memory.mutableView(block, rows: range, columns: left)
            BLAS.multiply(j.columns(range), j.columns(left), transposeA: .yes, beta: beta, into: &part)
        }
        var corner = matrix.memory.mutableView(block, rows: range, columns: range)
        BLAS.multiplyByItself(j.columns(range), beta: beta, into: &corner)
    }
}
