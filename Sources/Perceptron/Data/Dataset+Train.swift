extension Dataset {
    /// These rows for training, without a copy.
    /// - Throws: `PerceptronError.invalidArgument` if there are no targets.
    func examples() throws(PerceptronError) -> Examples<Scalar> {
        guard let targets = storage.targets else { throw .invalidArgument("the data set has no targets to train on") }
        guard storage.part == nil || indices == nil else {
            throw .invalidArgument(
                "these are some of the rows that 'shard' gave a process; others would not know which. Choose rows before "
                    + "'shard'")
        }
        return Examples(
            inputs: storage.inputs, targets: targets, weights: storage.weights, indices: indices,
            groups: storage.groups, part: storage.part)
    }
}

extension Validation {
    /// The rows of a data set, with its weights. Its columns and the numbers of its classes must be those trained on.
    /// - Throws: `PerceptronError.invalidArgument` if it has no targets.
    public static func rows(_ dataset: Dataset<Scalar>) throws(PerceptronError) -> Validation {
        Validation(source: .rows(try dataset.examples()))
    }
}

extension Trainer {
    /// Trains on the rows of a data set, with its weights; see `MLP.train(on:)`.
    @discardableResult
    public mutating func train(
        on dataset: Dataset<Scalar>,
        epochs: Int, batchSize: Int = 32, sampling: Sampling = .shuffled, validation: Validation<Scalar>? = nil,
        earlyStopping: EarlyStopping? = nil, metrics: [Metric] = [], callbacks: [TrainingCallback<Scalar>] = [],
        classWeights: [Double]? = nil,
        gradientClipping: GradientClipping? = nil, accumulating: Int = 1, penalties: [WeightPenalty] = [],
        averaging: WeightAveraging? = nil,
        shards: Int? = nil, across: (any ProcessGroup)? = nil, progress: Progress = .automatic
    ) throws(PerceptronError) -> History {
        try train(
            on: dataset,
            options: TrainingOptions(
                epochs: epochs, batchSize: batchSize, sampling: sampling, validation: validation,
                earlyStopping: earlyStopping, metrics: metrics, callbacks: callbacks, classWeights: classWeights,
                gradientClipping: gradientClipping, accumulating: accumulating, penalties: penalties,
                averaging: averaging, shards: shards, across: across, progress: progress))
    }

    /// The same, with all options as one value.
    @discardableResult
    public mutating func train(
        on dataset: Dataset<Scalar>, options: TrainingOptions<Scalar>
    ) throws(PerceptronError) -> History {
        try options.checkNoSampleWeights()
        return try train(dataset.examples(), options)
    }
}

extension TrainingOptions {
    /// Throws if there are sample weights besides those of a data set.
    func checkNoSampleWeights() throws(PerceptronError) {
        guard sampleWeights == nil else {
            throw .invalidArgument("sample weights are given with a data set, which has weights of its own")
        }
    }
}

extension MLP {
    /// Trains the model on the rows of a data set, or of a part of one, without copying them. Its weights are the
    /// sample weights; everything else is as in `train(inputs:targets:…)`.
    ///
    /// Inputs and class indices are used without any conversion. ``Pipeline`` handles categories, missing values,
    /// scaling and class names.
    @discardableResult
    public mutating func train(
        on dataset: Dataset<Scalar>, loss: any Loss, optimizer: any Optimizer = Adam(),
        epochs: Int, batchSize: Int = 32, sampling: Sampling = .shuffled, validation: Validation<Scalar>? = nil,
        earlyStopping: EarlyStopping? = nil, metrics: [Metric] = [], callbacks: [TrainingCallback<Scalar>] = [],
        classWeights: [Double]? = nil,
        gradientClipping: GradientClipping? = nil, accumulating: Int = 1, penalties: [WeightPenalty] = [],
        averaging: WeightAveraging? = nil,
        shards: Int? = nil, across: (any ProcessGroup)? = nil, progress: Progress = .automatic, threads: Int? = nil
    ) throws(PerceptronError) -> History {
        try train(
            on: dataset, loss: loss, optimizer: optimizer,
            options: TrainingOptions(
                epochs: epochs, batchSize: batchSize, sampling: sampling, validation: validation,
                earlyStopping: earlyStopping, metrics: metrics, callbacks: callbacks, classWeights: classWeights,
                gradientClipping: gradientClipping, accumulating: accumulating, penalties: penalties,
                averaging: averaging, shards: shards, across: across, progress: progress), threads: threads)
    }

    /// The same, with all options as one value.
    @discardableResult
    public mutating func train(
        on dataset: Dataset<Scalar>, loss: any Loss, optimizer: any Optimizer = Adam(),
        options: TrainingOptions<Scalar>, threads: Int? = nil
    ) throws(PerceptronError) -> History {
        var trainer = try Trainer(model: self, loss: loss, optimizer: optimizer, threads: threads)
        defer { self = trainer.model }
        return try trainer.train(on: dataset, options: options)
    }
}
