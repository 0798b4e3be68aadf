/// The derivatives of a model's outputs for a block of rows: forward as in prediction, then back once for each output.
final class JacobianPass<Scalar: BLASScalar> {
    let engine: Engine<Scalar>
    let outputs: Int
    /// Where the parameters that learn are in the flat vector: those that there are derivatives for.
    let parameters: [Range<Int>]
    let parameterCount: Int
    /// For each output, that all rows of a block select it.
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

    /// Takes a block of rows forward, and returns their outputs, which are good until the next call.
    /// - Parameter inputs: whole rows, which stay where they are until the block is done with.
    @_lifetime(immortal)
    func forward(_ inputs: Memory<Scalar>, rows: Int) -> MatrixView<Scalar> {
        block = (inputs, rows)
        if selections.first?.count ?? 0 < rows {
            selections = (0..<outputs).map { [Int](repeating: $0, count: rows) }
        }
        engine.evaluate(batch(selecting: 0))
        return engine.outputs(rows: rows)
    }

    /// Writes the derivatives with respect to the parameters that learn, (rows · outputs) × these.
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
