extension MLP {
    /// Trains the model, and returns the history of the training.
    ///
    /// - Parameters:
    ///   - inputs: rows × `inputFeatures`.
    ///   - targets: rows × `outputFeatures`, or as many columns as the loss takes.
    ///   - loss: the loss to minimise.
    ///   - optimizer: the optimizer; its state starts at zero.
    ///   - epochs: passes over the rows, at least 1.
    ///   - batchSize: rows per step, at least 1; the last batch of an epoch may be smaller.
    ///   - sampling: how batches are drawn; by default, rows are shuffled in every epoch.
    ///   - validation: rows to evaluate the model on after each epoch, which are not trained on.
    ///   - earlyStopping: when to end before all epochs are done, and whether to restore the best epoch's parameters.
    ///   - metrics: what to compute after each epoch, on the validation rows or, without validation, on the training
    ///     rows.
    ///   - callbacks: what to call after steps and epochs; each can end training.
    ///   - sampleWeights: how many rows each row counts as; 1 if nil.
    ///   - classWeights: the factor of each class's part of the loss; 1 if nil.
    ///   - gradientClipping: limits the size of gradients.
    ///   - accumulating: batches per update, at least 1.
    ///   - penalties: penalties on large weights, added to the loss.
    ///   - averaging: an average of parameters that predicts instead of the last ones.
    ///   - shards: the number of logical shards to cut batches into; if nil, 8 with `across`, otherwise none.
    ///   - across: the processes to train with; if nil, only this one.
    ///   - progress: what to print on stderr; `.silent` for nothing.
    ///   - threads: the most threads to use; as many as help if nil. The bits don't depend on it.
    ///
    /// ``TrainingOptions`` has the details of the options.
    /// - Throws: `PerceptronError` if an argument or value is not usable, before anything has changed; `.diverged` if
    ///   the loss or a gradient stops being finite, and then the model keeps the parameters before that step; and what
    ///   a callback throws.
    @discardableResult
    public mutating func train(
        inputs: Matrix<Scalar>, targets: Matrix<Scalar>, loss: any Loss, optimizer: any Optimizer = Adam(),
        epochs: Int, batchSize: Int = 32, sampling: Sampling = .shuffled, validation: Validation<Scalar>? = nil,
        earlyStopping: EarlyStopping? = nil, metrics: [Metric] = [], callbacks: [TrainingCallback<Scalar>] = [],
        sampleWeights: [Double]? = nil, classWeights: [Double]? = nil,
        gradientClipping: GradientClipping? = nil, accumulating: Int = 1, penalties: [WeightPenalty] = [],
        averaging: WeightAveraging? = nil,
        shards: Int? = nil, across: (any ProcessGroup)? = nil, progress: Progress = .automatic, threads: Int? = nil
    ) throws(PerceptronError) -> History {
        try train(
            inputs: inputs, targets: .matrix(targets), loss: loss, optimizer: optimizer,
            options: TrainingOptions(
                epochs: epochs, batchSize: batchSize, sampling: sampling, validation: validation,
                earlyStopping: earlyStopping, metrics: metrics, callbacks: callbacks, sampleWeights: sampleWeights,
                classWeights: classWeights,
                gradientClipping: gradientClipping, accumulating: accumulating, penalties: penalties,
                averaging: averaging, shards: shards, across: across, progress: progress), threads: threads)
    }

    /// The same for classes: `targets` has the class of each row, from 0 to `outputFeatures` − 1, with one output 0 or 1.
    @discardableResult
    public mutating func train(
        inputs: Matrix<Scalar>, targets: [Int], loss: any Loss, optimizer: any Optimizer = Adam(),
        epochs: Int, batchSize: Int = 32, sampling: Sampling = .shuffled, validation: Validation<Scalar>? = nil,
        earlyStopping: EarlyStopping? = nil, metrics: [Metric] = [], callbacks: [TrainingCallback<Scalar>] = [],
        sampleWeights: [Double]? = nil, classWeights: [Double]? = nil,
        gradientClipping: GradientClipping? = nil, accumulating: Int = 1, penalties: [WeightPenalty] = [],
        averaging: WeightAveraging? = nil,
        shards: Int? = nil, across: (any ProcessGroup)? = nil, progress: Progress = .automatic, threads: Int? = nil
    ) throws(PerceptronError) -> History {
        try train(
            inputs: inputs, targets: .classes(targets), loss: loss, optimizer: optimizer,
            options: TrainingOptions(
                epochs: epochs, batchSize: batchSize, sampling: sampling, validation: validation,
                earlyStopping: earlyStopping, metrics: metrics, callbacks: callbacks, sampleWeights: sampleWeights,
                classWeights: classWeights,
                gradientClipping: gradientClipping, accumulating: accumulating, penalties: penalties,
                averaging: averaging, shards: shards, across: across, progress: progress), threads: threads)
    }

    /// The same for targets of either kind, with all options as one value.
    @discardableResult
    public mutating func train(
        inputs: Matrix<Scalar>, targets: Targets<Scalar>, loss: any Loss, optimizer: any Optimizer = Adam(),
        options: TrainingOptions<Scalar>, threads: Int? = nil
    ) throws(PerceptronError) -> History {
        var trainer = try Trainer(model: self, loss: loss, optimizer: optimizer, threads: threads)
        defer { self = trainer.model }
        return try trainer.train(inputs: inputs, targets: targets, options: options)
    }
}
