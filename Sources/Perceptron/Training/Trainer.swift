/// A model in training, one step at a time or in whole epochs.
///
/// A step is `forward`, `backward` and `update`; `step` does the three at once. A trainer is a value: a copy goes its
/// own way from there.
public struct Trainer<Scalar: BLASScalar>: @unchecked Sendable {
    // Shared by copies until one of them changes, as an array's elements are.
    private var engine: Engine<Scalar>
    private var generator: RandomGenerator

    /// - Parameters:
    ///   - model: where training starts.
    ///   - loss: what to make small.
    ///   - optimizer: how.
    ///   - threads: how many threads to use at the most; as many as serve if nil. The bits don't depend on it.
    /// - Throws: `PerceptronError.invalidArgument` if a number of the optimizer or `threads` is out of its range.
    public init(
        model: MLP<Scalar>, loss: any Loss, optimizer: any Optimizer, threads: Int? = nil
    ) throws(PerceptronError) {
        try optimizer.validate()
        engine = Engine(
            network: model.network, parameters: model.parameters, loss: loss, optimizer: optimizer,
            threads: try checkedThreads(threads))
        generator = model.generator
        template = model
    }

    private var template: MLP<Scalar>

    /// The model as it is now.
    public var model: MLP<Scalar> {
        var model = template
        model.parameters = engine.parameters.array
        model.generator = generator
        return model
    }

    /// The gradient of the last loss with respect to the parameters, laid out as `model.parameterLayout` says;
    /// zeros before the first.
    public var gradients: [Scalar] { engine.gradients.array }

    /// The gradient of the last loss with respect to the inputs, if `backward` was asked for it.
    public var inputGradient: Matrix<Scalar>? { engine.inputGradient }

    // MARK: One step

    /// Forward, backward and update with one batch.
    ///
    /// - Returns: the mean loss of the batch, before the update.
    /// - Throws: `PerceptronError` if the batch does not fit the model or has a NaN or infinity; `.diverged` if the
    ///   loss or gradient is not finite. The parameters are as before then.
    @discardableResult
    public mutating func step(inputs: Matrix<Scalar>, targets: Matrix<Scalar>) throws(PerceptronError) -> Double {
        try step(inputs, .matrix(targets))
    }

    /// The same for classes: `targets` has the class of each row.
    @discardableResult
    public mutating func step(inputs: Matrix<Scalar>, targets: [Int]) throws(PerceptronError) -> Double {
        try step(inputs, .classes(targets))
    }

    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    private mutating func step(
        _ inputs: Matrix<Scalar>, _ targets: Targets<Scalar>
    ) throws(PerceptronError) -> Double {
        try check(inputs, targets)
        try checkBatch(inputs)
        let engine = uniqueEngine()
        return try inputs.elements.withMemory { (memory) throws(PerceptronError) in
            try targets.withBorrowedValues { (values) throws(PerceptronError) in
                let batch = Engine.Batch(
                    inputs: memory, targets: values, rows: .contiguous(from: 0), count: inputs.rows)
                return try BLAS.withSingleThread { () throws(PerceptronError) in try engine.step(batch) }
            }
        }
    }

    /// The model's outputs for a batch; what `backward` needs of the pass is kept.
    /// - Throws: `PerceptronError` if the inputs don't fit the model, have no rows, or have a NaN or infinity.
    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    public mutating func forward(_ inputs: Matrix<Scalar>) throws(PerceptronError) -> Matrix<Scalar> {
        try check(inputs)
        try checkBatch(inputs)
        let engine = uniqueEngine()
        return BLAS.withSingleThread { engine.forward(inputs) }
    }

    /// The loss of the batch that went forward, and its gradient with respect to the parameters.
    ///
    /// - Parameter computesInputGradient: whether to compute `inputGradient` too.
    /// - Returns: the mean loss of the batch.
    /// - Throws: `PerceptronError` if no batch went forward before, or the targets don't fit it; `.diverged` if the
    ///   loss or gradient is not finite.
    @discardableResult
    public mutating func backward(
        targets: Matrix<Scalar>, computesInputGradient: Bool = false
    ) throws(PerceptronError) -> Double {
        try backward(.matrix(targets), computesInputGradient)
    }

    /// The same for classes: `targets` has the class of each row.
    @discardableResult
    public mutating func backward(
        targets: [Int], computesInputGradient: Bool = false
    ) throws(PerceptronError) -> Double {
        try backward(.classes(targets), computesInputGradient)
    }

    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    private mutating func backward(
        _ targets: Targets<Scalar>, _ computesInputGradient: Bool
    ) throws(PerceptronError) -> Double {
        guard let rows = engine.forwardRows else {
            throw .invalidState("backward needs a forward pass before it, one for each; call forward first")
        }
        guard targets.rows == rows else {
            throw .shapeMismatch("targets have \(targets.rows) rows; the batch that went forward has \(rows)")
        }
        try targets.check(outputFeatures: engine.network.outputFeatures)
        let engine = uniqueEngine()
        return try targets.withBorrowedValues { (values) throws(PerceptronError) in
            try BLAS.withSingleThread { () throws(PerceptronError) in
                try engine.backward(targets: values, rows: rows, computesInputGradient: computesInputGradient)
            }
        }
    }

    /// One update of all parameters along `gradients`; nothing if there are none yet, or they are not finite, or the
    /// update would make a parameter infinite or NaN.
    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    public mutating func update() {
        uniqueEngine().update()
    }

    // MARK: Whole epochs

    /// Trains for a number of epochs; see `MLP.train`. What the optimizer has gathered is kept from call to call.
    @discardableResult
    public mutating func train(
        inputs: Matrix<Scalar>, targets: Matrix<Scalar>, epochs: Int, batchSize: Int = 32,
        sampling: Sampling = .shuffled, progress: Progress = .automatic
    ) throws(PerceptronError) -> History {
        try train(
            inputs, .matrix(targets), epochs: epochs, batchSize: batchSize, sampling: sampling, progress: progress)
    }

    /// The same for classes: `targets` has the class of each row.
    @discardableResult
    public mutating func train(
        inputs: Matrix<Scalar>, targets: [Int], epochs: Int, batchSize: Int = 32, sampling: Sampling = .shuffled,
        progress: Progress = .automatic
    ) throws(PerceptronError) -> History {
        try train(
            inputs, .classes(targets), epochs: epochs, batchSize: batchSize, sampling: sampling, progress: progress)
    }

    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    mutating func train(
        _ inputs: Matrix<Scalar>, _ targets: Targets<Scalar>, epochs: Int, batchSize: Int, sampling: Sampling,
        progress: Progress
    ) throws(PerceptronError) -> History {
        guard epochs > 0 else { throw .invalidArgument("epochs are \(epochs); at least 1 is needed") }
        guard batchSize > 0 else { throw .invalidArgument("the batch size is \(batchSize); at least 1 is needed") }
        try check(inputs, targets)
        let batchRows = sampling == .withReplacement ? batchSize : min(batchSize, inputs.rows)
        guard batchRows <= Int(Int32.max) else {
            throw .invalidArgument("the batch size is \(batchSize); BLAS counts to \(Int32.max)")
        }
        let engine = uniqueEngine()
        var batches = Batches(rows: inputs.rows, batchSize: batchSize, sampling: sampling)
        var history = History()
        let display = ProgressDisplay(progress, epochs: epochs, steps: batches.steps)
        try inputs.elements.withMemory { (memory) throws(PerceptronError) in
            try targets.withBorrowedValues { (values) throws(PerceptronError) in
                try BLAS.withSingleThread { () throws(PerceptronError) in
                    for epoch in 1...epochs {
                        batches.begin(&engine.order, using: &generator)
                        display.begin(epoch: epoch)
                        var sum = 0.0
                        var rows = 0
                        for step in 0..<batches.steps {
                            let range = batches.range(step: step)
                            let batch = Engine.Batch(
                                inputs: memory, targets: values,
                                rows: sampling == .inOrder
                                    ? .contiguous(from: range.lowerBound) : .ordered(from: range.lowerBound),
                                count: range.count)
                            do throws(PerceptronError) {
                                sum += try engine.step(batch) * Double(range.count)
                            } catch {
                                display.end()
                                throw error.located(epoch: epoch, step: step + 1)
                            }
                            rows += range.count
                            display.advance(step: step + 1, loss: sum / Double(rows))
                        }
                        history.losses.append(sum / Double(rows))
                        display.end()
                    }
                }
            }
        }
        return history
    }

    // MARK: Checks

    private func check(_ inputs: Matrix<Scalar>) throws(PerceptronError) {
        guard inputs.rows > 0 else { throw .shapeMismatch("inputs have no rows; at least 1 is needed") }
        try Perceptron.check(inputs, "inputs", columns: engine.network.inputFeatures, of: "the model takes")
    }

    private func check(_ inputs: Matrix<Scalar>, _ targets: Targets<Scalar>) throws(PerceptronError) {
        guard inputs.rows == targets.rows else {
            throw .shapeMismatch("inputs have \(inputs.rows) rows; targets have \(targets.rows)")
        }
        try check(inputs)
        try targets.check(outputFeatures: engine.network.outputFeatures)
    }

    /// A batch is one operand of a product, so its rows are counted in 32 bits.
    private func checkBatch(_ inputs: Matrix<Scalar>) throws(PerceptronError) {
        guard inputs.rows <= Int(Int32.max) else {
            throw .invalidArgument("a batch of \(inputs.rows) rows; BLAS counts to \(Int32.max)")
        }
    }

    private mutating func uniqueEngine() -> Engine<Scalar> {
        if !isKnownUniquelyReferenced(&engine) { engine = Engine(copying: engine) }
        return engine
    }
}

extension Targets {
    /// Calls `body` with the targets in the form that a batch has them.
    fileprivate func withBorrowedValues<Result>(
        _ body: (Engine<Scalar>.Batch.Values) throws(PerceptronError) -> Result
    ) throws(PerceptronError) -> Result {
        switch self {
        case .matrix(let matrix):
            try matrix.elements.withMemory { (memory) throws(PerceptronError) in try body(.matrix(memory)) }
        case .classes(let classes): try body(.classes(classes))
        }
    }
}

extension PerceptronError {
    /// The same divergence with its place in training.
    fileprivate func located(epoch: Int, step: Int) -> PerceptronError {
        guard case .diverged(let what, _, _) = self else { return self }
        return .diverged(what: what, epoch: epoch, step: step)
    }
}
