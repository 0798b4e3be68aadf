/// A model in training, step by step or in whole epochs.
///
/// A step consists of `forward`, `backward` and `update`; `step` does all three. A trainer is a value: copies are
/// independent.
public struct Trainer<Scalar: BLASScalar>: @unchecked Sendable {
    // Shared by copies until one of them changes, like an array's elements.
    var engine: Engine<Scalar>
    var generator: RandomGenerator
    private(set) var template: MLP<Scalar>
    /// The last interrupted run of `train`, if it can be continued.
    var run: TrainingRun<Scalar>?
    /// Whether the next call of `train` or `fit` continues the run that a callback or an error interrupted, as if
    /// nothing had happened, instead of starting a new one.
    ///
    /// The call needs the same rows, batch size, sampling, clipping, accumulation, penalties and averaging, and the
    /// optimizer the same learning rate; the other arguments should be the same, too. The property is true after
    /// reading a checkpoint from within a run, otherwise false; without an interrupted run it has no effect.
    public var continuesRun = false

    /// Creates a trainer for a model.
    ///
    /// - Parameters:
    ///   - model: the model to start from.
    ///   - loss: the loss to minimise.
    ///   - optimizer: the optimizer.
    ///   - threads: the most threads to use; as many as help if nil. The bits don't depend on it.
    /// - Throws: `PerceptronError.invalidArgument` if a number of the loss, the optimizer or `threads` is out of its
    ///   range; `.invalidArchitecture` if the loss doesn't take the model's outputs, with a remedy in the message.
    public init(
        model: MLP<Scalar>, loss: any Loss, optimizer: any Optimizer, threads: Int? = nil
    ) throws(PerceptronError) {
        try self.init(model: model, loss: loss, optimizer: optimizer, threads: threads, seed: model.generator.seed(1))
    }

    /// - Parameter seed: the seed of the layers' random numbers.
    init(
        model: MLP<Scalar>, loss: any Loss, optimizer: any Optimizer, threads: Int?, seed: UInt64
    ) throws(PerceptronError) {
        try optimizer.validateAll(for: model.parameterLayout, layers: model.layers.count)
        try loss.validate(lastLayer: model.layers[model.layers.count - 1], outputFeatures: model.outputFeatures)
        engine = Engine(model, loss: loss, optimizer: optimizer, threads: try checkedThreads(threads), seed: seed)
        generator = model.generator
        template = model
    }

    /// The current model. If the optimizer predicts with other parameters than it trains, like ``ScheduleFreeAdamW``,
    /// the model has the predicting ones.
    public var model: MLP<Scalar> {
        var model = template
        model.values = engine.predictingValues
        model.generator = generator
        return model
    }

    /// The gradient of the last loss with respect to the parameters, in the order of `model.parameterLayout`; zeros
    /// before the first backward pass.
    public var gradients: [Scalar] { engine.parameters.gradients.array }

    /// The gradient of the last loss with respect to the inputs, if `backward` computed it.
    public var inputGradient: Matrix<Scalar>? { engine.inputGradient }

    // MARK: One step

    /// Forward, backward and update with one batch.
    ///
    /// - Parameters:
    ///   - inputs: rows × `inputFeatures`.
    ///   - targets: the targets of the rows.
    ///   - sampleWeights: how many rows each row counts as, as in `MLP.train`.
    /// - Returns: the mean loss of the batch, before the update.
    /// - Throws: `PerceptronError` if the batch does not fit the model or has a NaN or infinity; `.diverged` if the
    ///   loss or gradient is not finite. The parameters are then unchanged.
    @discardableResult
    public mutating func step(
        inputs: Matrix<Scalar>, targets: Matrix<Scalar>, sampleWeights: [Double]? = nil
    ) throws(PerceptronError) -> Double {
        try step(inputs, .matrix(targets), sampleWeights)
    }

    /// The same for classes: `targets` has the class of each row.
    @discardableResult
    public mutating func step(
        inputs: Matrix<Scalar>, targets: [Int], sampleWeights: [Double]? = nil
    ) throws(PerceptronError) -> Double {
        try step(inputs, .classes(targets), sampleWeights)
    }

    /// The same for targets of either kind.
    @discardableResult
    public mutating func step(
        inputs: Matrix<Scalar>, targets: Targets<Scalar>, sampleWeights: [Double]? = nil
    ) throws(PerceptronError) -> Double {
        try step(inputs, targets, sampleWeights)
    }

    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    private mutating func step(
        _ inputs: Matrix<Scalar>, _ targets: Targets<Scalar>, _ weights: [Double]?
    ) throws(PerceptronError) -> Double {
        try Examples(inputs: inputs, targets: targets, weights: weights).check(for: engine)
        try checkBatch(inputs)
        try checkSchedule()
        let engine = engineOutsideRuns()
        return try inputs.elements.withMemory { (memory) throws(PerceptronError) in
            try targets.withBorrowedValues { (values) throws(PerceptronError) in
                let batch = Batch(
                    inputs: memory, targets: values, weights: weights, rows: .contiguous(from: 0), count: inputs.rows)
                return try BLAS.withSingleThread { () throws(PerceptronError) in try engine.step(batch) }
            }
        }
    }

    /// The model's outputs for a batch, computed as in training; keeps what `backward` needs.
    /// - Throws: `PerceptronError` if the inputs don't fit the model, have no rows, or have a NaN or infinity.
    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    public mutating func forward(_ inputs: Matrix<Scalar>) throws(PerceptronError) -> Matrix<Scalar> {
        try check(inputs)
        try checkBatch(inputs)
        let engine = uniqueEngine()
        return BLAS.withSingleThread { engine.forward(inputs) }
    }

    /// Computes the loss of the batch of the last `forward`, and its gradient with respect to the parameters.
    ///
    /// - Parameters:
    ///   - targets: the targets of the rows.
    ///   - sampleWeights: how many rows each row counts as, as in `MLP.train`.
    ///   - computesInputGradient: whether to compute `inputGradient` too.
    /// - Returns: the mean loss of the batch.
    /// - Throws: `PerceptronError` if there was no forward pass, or the targets don't fit it; `.diverged` if the loss
    ///   or gradient is not finite.
    @discardableResult
    public mutating func backward(
        targets: Matrix<Scalar>, sampleWeights: [Double]? = nil, computesInputGradient: Bool = false
    ) throws(PerceptronError) -> Double {
        try backward(.matrix(targets), sampleWeights, computesInputGradient)
    }

    /// The same for classes: `targets` has the class of each row.
    @discardableResult
    public mutating func backward(
        targets: [Int], sampleWeights: [Double]? = nil, computesInputGradient: Bool = false
    ) throws(PerceptronError) -> Double {
        try backward(.classes(targets), sampleWeights, computesInputGradient)
    }

    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    private mutating func backward(
        _ targets: Targets<Scalar>, _ weights: [Double]?, _ computesInputGradient: Bool
    ) throws(PerceptronError) -> Double {
        guard let rows = engine.forwardRows else {
            throw .invalidState("each backward pass needs a forward pass before it; call forward first")
        }
        guard targets.rows == rows else {
            throw .shapeMismatch(
                "targets have \(counted(targets.rows, "row")); the batch of the forward pass has \(rows)")
        }
        try targets.check(for: engine.loss)
        if let weights { try Perceptron.check(weights: weights, rows: rows, name: "sample weights") }
        try checkSchedule()
        let engine = uniqueEngine()
        return try targets.withBorrowedValues { (values) throws(PerceptronError) in
            try BLAS.withSingleThread { () throws(PerceptronError) in
                try engine.backward(
                    targets: values, weights: weights, rows: rows, computesInputGradient: computesInputGradient)
            }
        }
    }

    /// Updates all parameters by `gradients`. Does nothing if there are none yet, if they are not finite, or if the
    /// update would make a parameter infinite or NaN.
    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    public mutating func update() {
        let engine = engineOutsideRuns()
        BLAS.withSingleThread { _ = engine.update() }
    }

    /// The engine for single steps, after which an interrupted run can't continue exactly, and further training draws
    /// other random numbers.
    private mutating func engineOutsideRuns() -> Engine<Scalar> {
        run = nil
        continuesRun = false
        _ = generator.next()
        let engine = uniqueEngine()
        engine.parameters.schedule = SchedulePosition()
        engine.parameters.treatment = GradientTreatment()
        engine.parameters.resume(average: nil, accumulated: nil)
        return engine
    }

    // MARK: Checks

    private func check(_ inputs: Matrix<Scalar>) throws(PerceptronError) {
        guard inputs.rows > 0 else { throw .shapeMismatch("inputs have no rows; at least 1 is needed") }
        try Perceptron.check(inputs, "inputs", columns: engine.network.inputFeatures, of: "the model takes")
    }

    /// Outside a run, the number of updates is unknown.
    private func checkSchedule() throws(PerceptronError) {
        let optimizer = engine.parameters.optimizer
        guard optimizer.learningRate.needsTotal else { return }
        throw .invalidArgument(
            "\(optimizer.name): the learning rate \(optimizer.learningRate) depends on the length of the "
                + "training, which single "
                + "steps don't know; give it 'over:', a number of updates")
    }

    /// A batch is an operand of a product, whose sizes have 32 bits.
    private func checkBatch(_ inputs: Matrix<Scalar>) throws(PerceptronError) {
        guard inputs.rows <= Int(Int32.max) else {
            throw .invalidArgument("a batch of \(counted(inputs.rows, "row")); BLAS sizes go up to \(Int32.max)")
        }
        try engine.network.checkBatch(rows: inputs.rows, "the batch has \(inputs.rows)")
    }

    mutating func uniqueEngine() -> Engine<Scalar> {
        if !isKnownUniquelyReferenced(&engine) { engine = Engine(copying: engine) }
        return engine
    }
}
