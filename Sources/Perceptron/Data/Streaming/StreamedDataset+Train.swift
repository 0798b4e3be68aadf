extension Trainer {
    /// Trains on rows that stay in their files; see `MLP.train(on:)`.
    @discardableResult
    public mutating func train(
        on dataset: StreamedDataset<Scalar>,
        epochs: Int, batchSize: Int = 32, sampling: Sampling = .shuffled, validation: Validation<Scalar>? = nil,
        earlyStopping: EarlyStopping? = nil, metrics: [Metric] = [], callbacks: [TrainingCallback<Scalar>] = [],
        gradientClipping: GradientClipping? = nil, accumulating: Int = 1, penalties: [WeightPenalty] = [],
        averaging: WeightAveraging? = nil,
        shards: Int? = nil, across: (any ProcessGroup)? = nil, progress: Progress = .automatic
    ) throws(PerceptronError) -> History {
        try train(
            on: dataset,
            options: TrainingOptions(
                epochs: epochs, batchSize: batchSize, sampling: sampling, validation: validation,
                earlyStopping: earlyStopping, metrics: metrics, callbacks: callbacks,
                gradientClipping: gradientClipping, accumulating: accumulating, penalties: penalties,
                averaging: averaging, shards: shards, across: across, progress: progress))
    }

    /// The same, with all options as one value.
    @discardableResult
    public mutating func train(
        on dataset: StreamedDataset<Scalar>, options: TrainingOptions<Scalar>
    ) throws(PerceptronError) -> History {
        try options.check()
        try options.checkNoSampleWeights()
        guard options.classWeights == nil else {
            throw .invalidArgument("class weights need rows in memory; a streamed data set can't have them")
        }
        try dataset.check(for: engine)
        guard options.sampling != .withReplacement else {
            throw .invalidArgument(
                "rows of a streamed data set can be shuffled or in order; they can't be drawn one by one")
        }
        var run = try begunRun(rows: dataset.rows, options)
        var training = dataset
        var held = try options.validation?.rows(for: engine)
        if case .fraction(let fraction) = options.validation?.source {
            let parts = try dataset.split(testFraction: fraction, seed: run.splitSeed)
            (training, held) = (parts.training, parts.test)
        }
        guard held != nil || options.metrics.isEmpty else {
            throw .invalidArgument("metrics of a streamed data set need validation: .rows(…) or .fraction(…)")
        }
        let batches = try Batches(rows: training.rows, options, for: engine.network)
        let engine = uniqueEngine()
        let evaluation = held.map { Evaluation($0, metrics: options.metrics, engine: engine) }
        let shards = options.sharding.map {
            RowShards(cut: ShardCut(rows: training.rows, shards: $0.shards), owned: $0.owned, isPart: false)
        }
        let source = StreamSource(training, batches: batches, loss: engine.loss, shards: shards)
        return try train(source, evaluation, isValidation: held != nil, options, &run)
    }
}

extension MLP {
    /// Trains the model on rows that stay in their files, and returns its history.
    ///
    /// A separate thread reads, converts and checks batches while earlier steps are computed.
    /// Rows are shuffled as ``StreamedDataset`` describes; with `shards`, within each shard, and each of the processes in
    /// `across` reads only the rows of its own shards. Everything else is as in `train(inputs:targets:…)`.
    /// - Parameters:
    ///   - dataset: the files.
    ///   - loss: the loss to minimise.
    ///   - optimizer: the optimizer.
    ///   - epochs: passes over the rows, at least 1.
    ///   - batchSize: rows per step, at least 1; the last batch of an epoch may be smaller.
    ///   - sampling: how batches are drawn; by default, rows are shuffled in every epoch.
    ///   - validation: rows in memory or in files; a fraction of the rows is drawn as `StreamedDataset.split` does. After
    ///     each epoch their outputs and targets are in memory.
    ///   - earlyStopping: when to end before all epochs are done, and whether to restore the best epoch's parameters.
    ///   - metrics: what to compute after each epoch, on the validation rows or, without validation, on the training
    ///     rows.
    ///   - callbacks: what to call after steps and epochs; each can end training.
    ///   - gradientClipping: limits the size of gradients.
    ///   - accumulating: batches per update, at least 1.
    ///   - penalties: penalties on large weights, added to the loss.
    ///   - averaging: an average of parameters that predicts instead of the last ones.
    ///   - shards: the number of logical shards to cut batches into; if nil, 8 with `across`, otherwise none.
    ///   - across: the processes to train with; if nil, only this one.
    ///   - progress: what to print on stderr; `.silent` for nothing.
    ///   - threads: the most threads to use; as many as help if nil. The bits don't depend on it.
    /// - Throws: as `train(inputs:targets:…)`. A value that isn't finite, or a label that isn't a class, is found when
    ///   its row is read; the model then has the parameters of the step before.
    @discardableResult
    public mutating func train(
        on dataset: StreamedDataset<Scalar>, loss: any Loss, optimizer: any Optimizer = Adam(),
        epochs: Int, batchSize: Int = 32, sampling: Sampling = .shuffled, validation: Validation<Scalar>? = nil,
        earlyStopping: EarlyStopping? = nil, metrics: [Metric] = [], callbacks: [TrainingCallback<Scalar>] = [],
        gradientClipping: GradientClipping? = nil, accumulating: Int = 1, penalties: [WeightPenalty] = [],
        averaging: WeightAveraging? = nil,
        shards: Int? = nil, across: (any ProcessGroup)? = nil, progress: Progress = .automatic, threads: Int? = nil
    ) throws(PerceptronError) -> History {
        try train(
            on: dataset, loss: loss, optimizer: optimizer,
            options: TrainingOptions(
                epochs: epochs, batchSize: batchSize, sampling: sampling, validation: validation,
                earlyStopping: earlyStopping, metrics: metrics, callbacks: callbacks,
                gradientClipping: gradientClipping, accumulating: accumulating, penalties: penalties,
                averaging: averaging, shards: shards, across: across, progress: progress), threads: threads)
    }

    /// The same, with all options as one value.
    @discardableResult
    public mutating func train(
        on dataset: StreamedDataset<Scalar>, loss: any Loss, optimizer: any Optimizer = Adam(),
        options: TrainingOptions<Scalar>, threads: Int? = nil
    ) throws(PerceptronError) -> History {
        var trainer = try Trainer(model: self, loss: loss, optimizer: optimizer, threads: threads)
        defer { self = trainer.model }
        return try trainer.train(on: dataset, options: options)
    }
}
