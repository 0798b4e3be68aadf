/// The derivatives of a model's outputs for a block of rows: a forward pass as in prediction, then a backward pass for
/// each output.
final class JacobianPass<Scalar: BLASScalar> {
    let engine: Engine<Scalar>
    let outputs: Int
    /// The ranges of the trainable parameters in the flat vector; derivatives are computed for these.
    let parameters: [Range<Int>]
    let parameterCount: Int
    /// For each output, a selection of it by all rows of a block.
    private var selections: [[Int]] = []
    private var block = (inputs: [Scalar]().withMemory { $0 }, rows: 0)

    /// - Throws: `PerceptronError.invalidArchitecture` if outputs of one row depend on other rows.
    init(_ model: MLP<Scalar>, threads: Int) throws(PerceptronError) {
        for stage in model.network.stages where !stage.layer.treatsRowsApart {
            throw .invalidArchitecture(
                "\(stage.description) doesn't treat rows separately, so the outputs of a row "
                    + "depend on other rows. A layer that does must say so with treatsRowsApart")
        }
        engine = Engine(
            model, loss: SelectedOutput(), optimizer: NoUpdate(), threads: threads, seed: 0, isTraining: false)
        outputs = model.outputFeatures
        parameters = zip(model.network.stages, engine.learns).filter { $1 }.map { $0.0.parameters }
        parameterCount = parameters.reduce(0) { $0 + $1.count }
    }

    /// Forward pass of a block of rows; the returned outputs are valid until the next call.
    /// - Parameter inputs: whole rows, which must stay in place until the block is finished.
    @_lifetime(immortal)
    func forward(_ inputs: Memory<Scalar>, rows: Int) -> MatrixView<Scalar> {
        block = (inputs, rows)
        if selections.first?.count ?? 0 < rows {
            selections = (0..<outputs).map { [Int](repeating: $0, count: rows) }
        }
        engine.evaluate(batch(selecting: 0))
        return engine.outputs(rows: rows)
    }

    /// Writes the derivatives with respect to the trainable parameters, (rows · outputs) × parameters.
    func parameterDerivatives(into memory: Memory<Scalar>) {
        for output in 0..<outputs {
            engine.differentiateRows(
                batch(selecting: output),
                into: RowGradients(
                    memory: memory, offset: output * parameterCount, stride: outputs * parameterCount))
        }
    }

    /// Writes the derivatives with respect to the inputs, (rows · outputs) × input features.
    func inputDerivatives(into memory: Memory<Scalar>) {
        let columns = engine.network.inputFeatures
        for output in 0..<outputs {
            var target = memory.mutableView(
                MatrixBlock(columns: outputs * columns), rows: 0..<block.rows,
                columns: output * columns..<(output + 1) * columns)
            Kernels.copy(engine.differentiateInputs(batch(selecting: output)), into: &target)
        }
    }

    private func batch(selecting output: Int) -> Batch<Scalar> {
        Batch(
            inputs: block.inputs, targets: .classes(selections[output]), rows: .contiguous(from: 0), count: block.rows)
    }
}
