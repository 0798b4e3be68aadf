/// The memory between the layers of a network in training: what they give on the way forward and get back, for a number
/// of rows.
///
/// rows × (outputs and gradients of every layer that doesn't work in place) scalars, and what layers ask for, in one
/// buffer.
final class Workspace<Scalar: BLASScalar>: @unchecked Sendable {
    let rows: Int
    private let buffer: Buffer<Scalar>
    /// For each stage its output and the loss's gradient with respect to it; one that works in place shares both
    /// with the stage before.
    private let outputs: [MatrixBlock]
    private let gradients: [MatrixBlock]
    /// For each stage what it asked for: for each row, and for the batch as one row.
    private let rowScratch: [MatrixBlock]
    private let batchScratch: [MatrixBlock]

    init(stages: ArraySlice<Network.Stage>, rows: Int) {
        var count = 0
        func block(_ columns: Int, rows: Int = rows) -> MatrixBlock {
            defer {
                let lines = (rows * columns + Buffer<Scalar>.alignment - 1) / Buffer<Scalar>.alignment
                count += lines * Buffer<Scalar>.alignment
            }
            return MatrixBlock(offset: count, columns: columns)
        }
        var outputs: [MatrixBlock] = []
        var gradients: [MatrixBlock] = []
        for stage in stages {
            outputs.append(stage.trainsInPlace ? outputs.last! : block(stage.outputFeatures))
            gradients.append(stage.trainsInPlace ? gradients.last! : block(stage.outputFeatures))
        }
        self.outputs = outputs
        self.gradients = gradients
        rowScratch = stages.map { block($0.scratch.perRow) }
        batchScratch = stages.map { block($0.scratch.perBatch, rows: 1) }
        buffer = Buffer(count: count)
        self.rows = rows
    }

    init(copying other: Workspace) {
        rows = other.rows
        buffer = Buffer(copying: other.buffer)
        outputs = other.outputs
        gradients = other.gradients
        rowScratch = other.rowScratch
        batchScratch = other.batchScratch
    }

    @_lifetime(immortal)
    func output(of stage: Int, rows: Range<Int>, columns: Range<Int>? = nil) -> MatrixView<Scalar> {
        let block = outputs[stage]
        return buffer.memory.view(block, rows: rows, columns: columns ?? 0..<block.columns)
    }

    @_lifetime(immortal)
    func mutableOutput(of stage: Int, rows: Range<Int>, columns: Range<Int>) -> MutableMatrixView<Scalar> {
        buffer.memory.mutableView(outputs[stage], rows: rows, columns: columns)
    }

    /// The gradient with respect to a stage's output.
    @_lifetime(immortal)
    func gradient(of stage: Int, rows: Range<Int>) -> MatrixView<Scalar> {
        let block = gradients[stage]
        return buffer.memory.view(block, rows: rows, columns: 0..<block.columns)
    }

    @_lifetime(immortal)
    func mutableGradient(of stage: Int, rows: Range<Int>, columns: Range<Int>) -> MutableMatrixView<Scalar> {
        buffer.memory.mutableView(gradients[stage], rows: rows, columns: columns)
    }

    /// What a stage asked for, for some rows of the batch.
    @_lifetime(immortal)
    func rowScratch(of stage: Int, rows: Range<Int>) -> MutableSpan<Scalar> {
        let block = rowScratch[stage]
        return buffer.memory.mutableSpan(block.range(rows, 0..<block.columns))
    }

    /// What a stage asked for, once a batch.
    @_lifetime(immortal)
    func batchScratch(of stage: Int) -> MutableSpan<Scalar> {
        let block = batchScratch[stage]
        return buffer.memory.mutableSpan(block.range(0..<1, 0..<block.columns))
    }

    /// The same for reading.
    @_lifetime(immortal)
    func keptRowScratch(of stage: Int, rows: Range<Int>) -> Span<Scalar> {
        let block = rowScratch[stage]
        return buffer.memory.span(block.range(rows, 0..<block.columns))
    }

    @_lifetime(immortal)
    func keptBatchScratch(of stage: Int) -> Span<Scalar> {
        let block = batchScratch[stage]
        return buffer.memory.span(block.range(0..<1, 0..<block.columns))
    }
}
