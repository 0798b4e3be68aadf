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

    let shape: Shape
    /// From which the rows for validation are drawn, if a fraction of all is.
    let splitSeed: UInt64

    /// The epoch it is in, counted from 1, and the steps done of that.
    var epoch = 1
    var step = 0
    /// The order of the epoch's rows, from its first step to its last.
    var order: [Int] = []
    /// The losses of the epoch's batches, each times what the batch weighs, and these weights.
    var lossSum = 0.0
    var weightSum = 0.0
    var history = History()

    var best: Best?
    var epochsWithoutImprovement = 0
    /// The model to go on from, where it was made again what it was in the best epoch.
    var interruptedModel: ModelValues<Scalar>?

    init(shape: Shape, splitSeed: UInt64) {
        self.shape = shape
        self.splitSeed = splitSeed
    }

    /// The mean loss over the rows of the epoch so far.
    var meanLoss: Double { weightSum > 0 ? lossSum / weightSum : 0 }

    /// Puts an ended epoch into the history, and moves on to the next.
    /// - Parameter score: what early stopping watches, smaller is better.
    /// - Returns: whether its parameters are the best so far.
    mutating func endEpoch(
        _ settings: TrainingSettings<Scalar>, evaluated: (loss: Double, metrics: [Double])?, isValidation: Bool,
        score: Double?
    ) -> Bool {
        let loss = meanLoss
        let validationLoss = isValidation ? evaluated?.loss : nil
        let values = evaluated?.metrics ?? []
        history.losses.append(loss)
        if let validationLoss { history.validationLosses.append(validationLoss) }
        for (index, value) in values.enumerated() {
            if index == history.metrics.count {
                history.metrics.append(History.Series(name: settings.metrics[index].name, values: []))
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
        guard let stopping = settings.earlyStopping, let value = score else { return false }
        let isBetter = best.map { value < $0.value - stopping.minimumImprovement } ?? !value.isNaN
        epochsWithoutImprovement = isBetter ? 0 : epochsWithoutImprovement + 1
        if isBetter { best = Best(epoch: epoch, value: value, model: nil) }
        return isBetter
    }
}
