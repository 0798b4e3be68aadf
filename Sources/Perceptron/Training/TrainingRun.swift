/// How far a call of `train` has come: all that it needs to go on as if it had never been interrupted.
struct TrainingRun<Scalar: BLASScalar>: Sendable {
    /// What must be the same when a run goes on.
    struct Shape: Equatable, Sendable {
        let rows: Int
        let batchSize: Int
        let sampling: Sampling
    }

    /// The best epoch so far by what early stopping watches.
    struct Best: Sendable {
        var epoch: Int
        /// Smaller is better.
        var value: Double
        /// What the model was then, if it is to be given back.
        var model: ModelValues<Scalar>?
    }

    /// A model that was replaced by that of the best epoch.
    struct Interrupted: Sendable {
        var model: ModelValues<Scalar>
        /// The optimizer's state, if that is part of what the model predicts with.
        var optimizer: OptimizerState<Scalar>?
        /// The average that it predicted with, if it had one.
        var average: AveragedParameters<Scalar>?
    }

    let shape: Shape
    /// What else must be the same; none of those that a checkpoint doesn't tell.
    let settings: [RunSetting]
    /// From which the rows for validation are drawn, if a fraction of all is.
    let splitSeed: UInt64
    /// How many updates there were before the run: with it the learning rate's schedule begins.
    let firstUpdate: Int

    /// The epoch it is in, counted from 1, and the steps done of that.
    var epoch = 1
    var step = 0
    /// The order of the epoch's rows, from its first step to its last.
    var order: [Int] = []
    /// The losses of the epoch's batches, each times what the batch weighs, and these weights.
    var lossSum = 0.0
    var weightSum = 0.0
    /// The learning rate of the last update, and how long the last gradient was whose length was measured.
    var learningRate = 0.0
    var gradientNorm = 0.0
    var history = History()

    var best: Best?
    var epochsWithoutImprovement = 0
    /// Where it is a fit: what the method has gathered, after the last iteration.
    var fit: FitState<Scalar>?
    /// What to go on from, where the model was made again what it was in the best epoch.
    var interrupted: Interrupted?
    /// What the schedule of the learning rate has seen, if it looks at epochs.
    var plateau = Plateau.Memory()

    init(shape: Shape, settings: [RunSetting], splitSeed: UInt64, firstUpdate: Int) {
        self.shape = shape
        self.settings = settings
        self.splitSeed = splitSeed
        self.firstUpdate = firstUpdate
    }

    /// How often a fit has moved the parameters.
    var fitIterations: Int { fit == nil ? 0 : epoch - 1 }

    /// The mean loss over the rows of the epoch so far.
    var meanLoss: Double { weightSum > 0 ? lossSum / weightSum : 0 }

    /// Puts an ended epoch into the history, and moves on to the next.
    /// - Parameter score: what early stopping watches, smaller is better.
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
