extension MLP {
    /// Trains the model on the given rows, and returns what happened in each epoch.
    ///
    /// - Parameters:
    ///   - inputs: rows × `inputFeatures`.
    ///   - targets: rows × `outputFeatures`, or as many columns as the loss takes.
    ///   - loss: what to make small.
    ///   - optimizer: how; it starts afresh.
    ///   - epochs: whole passes over the rows, at least 1.
    ///   - batchSize: rows per step, at least 1; the last batch of an epoch may be smaller.
    ///   - sampling: how rows get into batches; shuffled anew for every epoch by default.
    ///   - validation: rows that are not trained on, to see after each epoch how the model does on them.
    ///   - earlyStopping: when to end before all epochs are done, and whether to keep the best one's parameters.
    ///   - metrics: what to compute after each epoch, of the validation rows, or without any of those trained on.
    ///   - callbacks: what to call after steps and epochs; each can end training.
    ///   - sampleWeights: a number for each row: for how many rows it counts. The loss of a batch is
    ///     Σ weight · loss / Σ weight, which is scikit-learn's `sample_weight`.
    ///   - classWeights: a number for each class, of which there are two with one output: by which its part of the loss is
    ///     multiplied, and what its rows count, in training but not in validation (the `weight` of
    ///     `torch.nn.CrossEntropyLoss`).
    ///   - progress: what to print on stderr; `.silent` for nothing.
    ///   - threads: how many threads to use at the most; as many as serve if nil. The bits don't depend on it.
    /// - Throws: `PerceptronError` if an argument or value is not usable, before anything has changed; `.diverged` if
    ///   the loss or a gradient stops being finite, and then the model has the parameters of the step before; what a
    ///   callback throws.
    @discardableResult
    public mutating func train(
        inputs: Matrix<Scalar>, targets: Matrix<Scalar>, loss: any Loss, optimizer: any Optimizer = Adam(),
        epochs: Int, batchSize: Int = 32, sampling: Sampling = .shuffled, validation: Validation<Scalar>? = nil,
        earlyStopping: EarlyStopping? = nil, metrics: [Metric] = [], callbacks: [TrainingCallback<Scalar>] = [],
        sampleWeights: [Double]? = nil, classWeights: [Double]? = nil, progress: Progress = .automatic,
        threads: Int? = nil
    ) throws(PerceptronError) -> History {
        var trainer = try Trainer(model: self, loss: loss, optimizer: optimizer, threads: threads)
        defer { self = trainer.model }
        return try trainer.train(
            inputs: inputs, targets: targets, epochs: epochs, batchSize: batchSize, sampling: sampling,
            validation: validation, earlyStopping: earlyStopping, metrics: metrics, callbacks: callbacks,
            sampleWeights: sampleWeights, classWeights: classWeights, progress: progress)
    }

    /// The same for classes: `targets` has the class of each row, from 0 to `outputFeatures` − 1, with one output 0 or 1.
    @discardableResult
    public mutating func train(
        inputs: Matrix<Scalar>, targets: [Int], loss: any Loss, optimizer: any Optimizer = Adam(), epochs: Int,
        batchSize: Int = 32, sampling: Sampling = .shuffled, validation: Validation<Scalar>? = nil,
        earlyStopping: EarlyStopping? = nil, metrics: [Metric] = [], callbacks: [TrainingCallback<Scalar>] = [],
        sampleWeights: [Double]? = nil, classWeights: [Double]? = nil, progress: Progress = .automatic,
        threads: Int? = nil
    ) throws(PerceptronError) -> History {
        var trainer = try Trainer(model: self, loss: loss, optimizer: optimizer, threads: threads)
        defer { self = trainer.model }
        return try trainer.train(
            inputs: inputs, targets: targets, epochs: epochs, batchSize: batchSize, sampling: sampling,
            validation: validation, earlyStopping: earlyStopping, metrics: metrics, callbacks: callbacks,
            sampleWeights: sampleWeights, classWeights: classWeights, progress: progress)
    }
}
