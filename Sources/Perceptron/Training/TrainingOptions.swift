/// The options of training. Every `train` takes one of these, or its members one by one.
///
/// ```swift
/// let options = TrainingOptions<Double>(epochs: 50, batchSize: 64, gradientClipping: .norm(1))
/// try model.train(inputs: x, targets: y, loss: CrossEntropy(), options: options)
/// ```
public struct TrainingOptions<Scalar: BLASScalar>: Sendable {
    /// Passes over the rows, at least 1.
    public var epochs: Int
    /// Rows per step, at least 1; the last batch of an epoch may be smaller.
    public var batchSize: Int
    /// How batches are drawn from the rows; by default, rows are shuffled in every epoch.
    public var sampling: Sampling
    /// Rows to evaluate the model on after each epoch, which are not trained on.
    public var validation: Validation<Scalar>?
    /// When to end before all epochs are done, and whether to keep the best epoch's parameters.
    public var earlyStopping: EarlyStopping?
    /// The metrics to compute after each epoch, on the validation rows or, without validation, on the training rows.
    public var metrics: [Metric]
    /// Functions to call after steps and epochs; each can end training.
    public var callbacks: [TrainingCallback<Scalar>]
    /// How many rows each row counts as: the loss of a batch is Σ weight · loss / Σ weight (scikit-learn's
    /// `sample_weight`). Data sets have weights of their own.
    public var sampleWeights: [Double]?
    /// A factor for each class (two with one output) that multiplies its part of the loss and the weight of its rows,
    /// in training but not in validation (`weight` of `torch.nn.CrossEntropyLoss`).
    public var classWeights: [Double]?
    /// Limits the size of gradients.
    public var gradientClipping: GradientClipping?
    /// The number of batches per update, at least 1. The gradient is the mean over all of their rows; an epoch's last
    /// update may have fewer.
    public var accumulating: Int
    /// Penalties on large weights, added to the loss.
    public var penalties: [WeightPenalty]
    /// An average of parameters that predicts instead of the last ones.
    public var averaging: WeightAveraging?
    /// The number of logical shards that the rows and each batch are cut into; if nil, they are not cut.
    ///
    /// Each shard's gradient is computed separately, and the gradients are added up in a tree that depends only on the
    /// number of shards. So the bits are the same for one process and for any number of processes that divide the
    /// shards (`across`). Layers that look at the whole batch, such as `BatchNorm`, see only a shard; their running
    /// statistics are the means over the shards, each weighted by its rows.
    public var shards: Int?
    /// The processes to train with, all of which make the same call; if nil, only this one. With them, `shards` is 8
    /// unless it is given.
    ///
    /// Only the first process prints, calls callbacks and evaluates validation rows; the others follow its decisions.
    public var across: (any ProcessGroup)?
    /// How the gradients of shards are added up.
    public var gradientSum: GradientSum
    /// What to print on stderr; `.silent` for nothing.
    public var progress: Progress

    /// Creates options; the properties explain the arguments.
    public init(
        epochs: Int, batchSize: Int = 32, sampling: Sampling = .shuffled, validation: Validation<Scalar>? = nil,
        earlyStopping: EarlyStopping? = nil, metrics: [Metric] = [], callbacks: [TrainingCallback<Scalar>] = [],
        sampleWeights: [Double]? = nil, classWeights: [Double]? = nil, gradientClipping: GradientClipping? = nil,
        accumulating: Int = 1, penalties: [WeightPenalty] = [], averaging: WeightAveraging? = nil,
        shards: Int? = nil, across: (any ProcessGroup)? = nil, gradientSum: GradientSum = .sameBits,
        progress: Progress = .automatic
    ) {
        self.epochs = epochs
        self.batchSize = batchSize
        self.sampling = sampling
        self.validation = validation
        self.earlyStopping = earlyStopping
        self.metrics = metrics
        self.callbacks = callbacks
        self.sampleWeights = sampleWeights
        self.classWeights = classWeights
        self.gradientClipping = gradientClipping
        self.accumulating = accumulating
        self.penalties = penalties
        self.averaging = averaging
        self.shards = shards
        self.across = across
        self.gradientSum = gradientSum
        self.progress = progress
    }

    /// What happens to gradients before an update.
    var treatment: GradientTreatment {
        GradientTreatment(clipping: gradientClipping, accumulating: accumulating, penalties: penalties)
    }

    /// The shards that batches are cut into, and the processes that own them; nil if batches are not cut.
    var sharding: Sharding? {
        guard shards != nil || across != nil else { return nil }
        return Sharding(shards: shards ?? 8, group: across ?? SingleProcess(), method: gradientSum)
    }

    /// Throws unless the numbers are in their ranges and the names are known.
    func check() throws(PerceptronError) {
        guard epochs > 0 else { throw .invalidArgument("epochs is \(epochs); it must be at least 1") }
        guard batchSize > 0 else { throw .invalidArgument("the batch size is \(batchSize); at least 1 is needed") }
        try treatment.check()
        try averaging?.check()
        guard (1...1 << 16).contains(shards ?? 1) else {
            throw .invalidArgument("shards are \(shards ?? 1); they can be from 1 to \(1 << 16)")
        }
        var names: Set<String> = []
        for metric in metrics where !names.insert(metric.name).inserted {
            throw .invalidArgument("two metrics are named '\(metric.name)'; names must differ")
        }
        guard let earlyStopping else { return }
        guard earlyStopping.patience > 0 else {
            throw .invalidArgument("early stopping's patience is \(earlyStopping.patience); at least 1 epoch is needed")
        }
        let improvement = earlyStopping.minimumImprovement
        guard improvement >= 0, improvement.isFinite else {
            throw .invalidArgument(
                "early stopping's minimum improvement is \(improvement); it must be finite and not negative")
        }
        if case .metric(let name) = earlyStopping.monitored, !names.contains(name) {
            let known = metrics.map { "'\($0.name)'" }.joined(separator: ", ")
            throw .invalidArgument(
                "early stopping monitors '\(name)', which is not among metrics: "
                    + (known.isEmpty ? "there are none" : known))
        }
    }

    /// The monitored number, negated if larger is better; without early stopping, the default one.
    func monitoredValue(loss: Double, validationLoss: Double?, metrics values: [Double]) -> Double? {
        switch earlyStopping?.monitored {
        case nil, .loss: validationLoss ?? loss
        case .metric(let name):
            zip(metrics, values).first { $0.0.name == name }.map { $0.0.largerIsBetter ? -$0.1 : $0.1 }
        }
    }
}
