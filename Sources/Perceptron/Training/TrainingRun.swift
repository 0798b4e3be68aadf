/// The state of a call of `train`: all that it needs to continue as if it had never been interrupted.
struct TrainingRun<Scalar: BLASScalar>: Sendable {
    /// What must be the same when a run continues.
    struct Shape: Equatable, Sendable {
        let rows: Int
        let batchSize: Int
        let sampling: Sampling
    }

    /// The best epoch so far by the monitored number.
    struct Best: Sendable {
        var epoch: Int
        /// Smaller is better.
        var value: Double
        /// The model of that epoch, if it is to be restored.
        var model: ModelValues<Scalar>?
    }

    /// The last model, which was replaced by that of the best epoch.
    struct Interrupted: Sendable {
        var model: ModelValues<Scalar>
        /// The optimizer's state, if that is part of what the model predicts with.
        var optimizer: OptimizerState<Scalar>?
        /// The average that it predicted with, if it had one.
        var average: AveragedParameters<Scalar>?
    }

    let shape: Shape
    /// What else must be the same; empty if a checkpoint doesn't say.
    let settings: [RunSetting]
    /// The seed for drawing a fraction of the rows for validation.
    let splitSeed: UInt64
    /// The number of updates before the run, with which the learning rate's schedule begins.
    let firstUpdate: Int

    /// The current epoch, counted from 1, and its completed steps.
    var epoch = 1
    var step = 0
    /// The order of the epoch's rows, from its first step to its last.
    var order: [Int] = []
    /// The sum of the losses of the epoch's batches times their weights, and the sum of the weights.
    var lossSum = 0.0
    var weightSum = 0.0
    /// The learning rate of the last update, and the last measured gradient norm.
    var learningRate = 0.0
    var gradientNorm = 0.0
    var history = History()

    var best: Best?
    var epochsWithoutImprovement = 0
    /// The state of a fit's method after the last iteration.
    var fit: FitState<Scalar>?
    /// What to continue from, if the best epoch's model was restored.
    var interrupted: Interrupted?
    /// The memory of a schedule that depends on epochs' results.
    var plateau = Plateau.Memory()

    init(shape: Shape, settings: [RunSetting], splitSeed: UInt64, firstUpdate: Int) {
        self.shape = shape
        self.settings = settings
        self.splitSeed = splitSeed
        self.firstUpdate = firstUpdate
    }

    /// The number of iterations of a fit.
    var fitIterations: Int { fit == nil ? 0 : epoch - 1 }

    /// The mean loss over the rows of the epoch so far.
    var meanLoss: Double { weightSum > 0 ? lossSum / weightSum : 0 }

    /// Adds an ended epoch to the history, and moves on to the next.
    /// - Parameter score: the monitored number; smaller is better.
    /// - Returns: whether its parameters are the best so far.
    mutating func endEpoch(
        _ options: TrainingOptions<Scalar>, evaluated: (loss: Double, metrics: [Double])?, isValidation: Bool,
        score: Double?
    ) -> Bool {
        let loss = meanLoss
        let validationLoss = isValidation ? evaluated?.loss : nil
        let values = evaluated?.metrics ?? []
        history.losses.append(loss)
        history.learningRates.append(learningRate)
        history.gradientNorms.append(gradientNorm)
        if let validationLoss { history.validationLosses.append(validationLoss) }
        for (index, value) in values.enumerated() {
            if index == history.metrics.count {
                history.metrics.append(History.Series(name: options.metrics[index].name, values: []))
            }
            history.metrics[index].values.append(value)
        }
        history.keptEpoch = epoch
        defer {
            epoch += 1
            step = 0
            order = []
            lossSum = 0
            weightSum = 0
        }
        guard let stopping = options.earlyStopping, let value = score else { return false }
        let isBetter =
            best.map { best in
                let bound = best.value - stopping.minimumImprovement
                return value < bound || stopping.prefersLast && value == bound
            } ?? !value.isNaN
        epochsWithoutImprovement = isBetter ? 0 : epochsWithoutImprovement + 1
        if isBetter { best = Best(epoch: epoch, value: value, model: nil) }
        return isBetter
    }
}

extension TrainingRun.Interrupted {
    init(_ engine: Engine<Scalar>) {
        model = engine.values
        optimizer = engine.parameters.optimizer.predictsElsewhere ? engine.parameters.state : nil
        average = engine.parameters.average.map { AveragedParameters(copying: $0) }
    }
}
