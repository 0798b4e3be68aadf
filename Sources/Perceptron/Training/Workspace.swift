/// The memory of a training step: what layers give on the way forward and get back, for a number of rows.
///
/// rows × (input + targets + outputs and gradients of every layer that doesn't work in place) scalars, in one buffer.
final class Workspace<Scalar: BLASScalar>: @unchecked Sendable {
    let rows: Int
    private let buffer: Buffer<Scalar>
    var memory: Memory<Scalar> { buffer.memory }
    /// Gathered rows of the input, and of targets that are a matrix.
    let input: MatrixBlock
    let targets: MatrixBlock
    /// For each stage its output and the loss's gradient with respect to it; one that works in place shares both
    /// with the stage before.
    let outputs: [MatrixBlock]
    let gradients: [MatrixBlock]
    /// Gathered classes.
    var classes: [Int]
    /// Gathered weights of rows; none until a batch has some.
    var weights: [Double] = []

    init(stages: ArraySlice<Network.Stage>, targetColumns: Int, rows: Int) {
        var count = 0
        func block(_ columns: Int) -> MatrixBlock {
            defer {
                let lines = (rows * columns + Buffer<Scalar>.alignment - 1) / Buffer<Scalar>.alignment
                count += lines * Buffer<Scalar>.alignment
            }
            return MatrixBlock(offset: count, columns: columns)
        }
        input = block(stages.first!.inputFeatures)
        targets = block(targetColumns)
        var outputs: [MatrixBlock] = []
        var gradients: [MatrixBlock] = []
        for stage in stages {
            outputs.append(stage.trainsInPlace ? outputs.last! : block(stage.outputFeatures))
            gradients.append(stage.trainsInPlace ? gradients.last! : block(stage.outputFeatures))
        }
        self.outputs = outputs
        self.gradients = gradients
        classes = [Int](repeating: 0, count: rows)
        buffer = Buffer(count: count)
        self.rows = rows
    }

    init(copying other: Workspace) {
        rows = other.rows
        buffer = Buffer(copying: other.buffer)
        input = other.input
        targets = other.targets
        outputs = other.outputs
        gradients = other.gradients
        classes = other.classes
        weights = other.weights
    }
}
