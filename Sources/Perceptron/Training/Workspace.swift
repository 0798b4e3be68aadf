/// The memory between the layers of a network in training: their outputs and gradients, for a number of rows.
///
/// One buffer with rows × (outputs and gradients of every layer that doesn't work in place) scalars, and the layers'
/// scratch memory.
final class Workspace<Scalar: BLASScalar>: @unchecked Sendable {
    /// The places of a stage's input, of the second value if it joins two, and of its output. Nil is the network's
    /// input, which is not part of the workspace.
    struct Places {
        let input: MatrixBlock?
        let second: MatrixBlock?
        let output: MatrixBlock?
    }

    let rows: Int
    private let buffer: Buffer<Scalar>
    /// The values of each stage, and the loss's gradient with respect to them; a stage that works in place has the same
    /// place for input and output.
    private let values: [Places]
    private let gradients: [Places]
    /// The scratch memory of each stage: for each row, and for the batch as one row.
    private let rowScratch: [MatrixBlock]
    private let batchScratch: [MatrixBlock]

    /// - Parameter widths: the columns of the network's values.
    init(stages: ArraySlice<Network.Stage>, widths: [Int], rows: Int) {
        var count = 0
        func block(_ columns: Int, rows: Int = rows) -> MatrixBlock {
            defer {
                let lines = (rows * columns + Buffer<Scalar>.alignment - 1) / Buffer<Scalar>.alignment
                count += lines * Buffer<Scalar>.alignment
            }
            return MatrixBlock(offset: count, columns: columns)
        }
        var values = [MatrixBlock?](repeating: nil, count: widths.count)
        for stage in stages {
            let (input, output) = (stage.input.index, stage.output.index)
            if case .fork(let second) = stage.join {
                values[output] = values[input]
                values[second] = values[input]
            } else if stage.trainsInPlace {
                values[output] = values[input]
            } else if values[output] == nil {
                values[output] = block(widths[output])
            }
        }
        // Each gradient's place is that of the stage that reads the value, because it writes the gradient.
        var gradients = [MatrixBlock?](repeating: nil, count: widths.count)
        if let result = stages.last?.output.index { gradients[result] = block(widths[result]) }
        for stage in stages.reversed() {
            let (input, output) = (stage.input.index, stage.output.index)
            if case .sum(let second) = stage.join {
                gradients[input] = gradients[output]
                gradients[second] = gradients[output]
            } else if stage.trainsInPlace {
                gradients[input] = gradients[output]
            } else if input > 0, gradients[input] == nil {
                gradients[input] = block(widths[input])
            }
        }
        func places(_ blocks: [MatrixBlock?]) -> [Places] {
            stages.map { stage in
                Places(
                    input: blocks[stage.input.index], second: stage.join?.second.flatMap { blocks[$0] },
                    output: blocks[stage.output.index])
            }
        }
        self.values = places(values)
        self.gradients = places(gradients)
        rowScratch = stages.map { block($0.scratch.perRow) }
        batchScratch = stages.map { block($0.scratch.perBatch, rows: 1) }
        buffer = Buffer(count: count)
        self.rows = rows
    }

    init(copying other: Workspace) {
        rows = other.rows
        buffer = Buffer(copying: other.buffer)
        values = other.values
        gradients = other.gradients
        rowScratch = other.rowScratch
        batchScratch = other.batchScratch
    }

    /// The place of a stage's input; nil for the network's.
    func input(of stage: Int) -> MatrixBlock? { values[stage].input }

    /// The place of the gradient with respect to a stage's input; nil for the network's.
    func inputGradient(of stage: Int) -> MatrixBlock? { gradients[stage].input }

    /// The places of the second value of a join, and of the gradient with respect to it.
    func second(of stage: Int) -> (value: MatrixBlock?, gradient: MatrixBlock?) {
        (values[stage].second, gradients[stage].second)
    }

    @_lifetime(immortal)
    func view(_ block: MatrixBlock, rows: Range<Int>, columns: Range<Int>? = nil) -> MatrixView<Scalar> {
        buffer.memory.view(block, rows: rows, columns: columns ?? 0..<block.columns)
    }

    @_lifetime(immortal)
    func mutableView(_ block: MatrixBlock, rows: Range<Int>, columns: Range<Int>) -> MutableMatrixView<Scalar> {
        buffer.memory.mutableView(block, rows: rows, columns: columns)
    }

    @_lifetime(immortal)
    func output(of stage: Int, rows: Range<Int>, columns: Range<Int>? = nil) -> MatrixView<Scalar> {
        view(values[stage].output!, rows: rows, columns: columns)
    }

    @_lifetime(immortal)
    func mutableOutput(of stage: Int, rows: Range<Int>, columns: Range<Int>) -> MutableMatrixView<Scalar> {
        mutableView(values[stage].output!, rows: rows, columns: columns)
    }

    /// The gradient with respect to a stage's output.
    @_lifetime(immortal)
    func gradient(of stage: Int, rows: Range<Int>, columns: Range<Int>? = nil) -> MatrixView<Scalar> {
        view(gradients[stage].output!, rows: rows, columns: columns)
    }

    @_lifetime(immortal)
    func mutableGradient(of stage: Int, rows: Range<Int>, columns: Range<Int>) -> MutableMatrixView<Scalar> {
        mutableView(gradients[stage].output!, rows: rows, columns: columns)
    }

    /// A stage's scratch memory for some rows of the batch.
    @_lifetime(immortal)
    func rowScratch(of stage: Int, rows: Range<Int>) -> MutableSpan<Scalar> {
        let block = rowScratch[stage]
        return buffer.memory.mutableSpan(block.range(rows, 0..<block.columns))
    }

    /// A stage's scratch memory for the whole batch.
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
