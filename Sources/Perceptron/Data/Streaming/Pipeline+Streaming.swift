extension Pipeline {
    /// Fits the preprocessing, and trains a new model, on rows that stay in their files; see `StreamedDataset`.
    ///
    /// The preprocessing is fitted only to the training rows, as in `Preprocessing.fitted(to:)`, and applied when a
    /// batch is read. The rows' weights count in both.
    /// - Parameters:
    ///   - data: the rows; their columns are named "x0", "x1" and so on.
    ///   - labelNames: the names of the classes, if targets are classes; if nil, "0", "1"… up to the largest in the
    ///     files.
    ///   - loss: the loss to minimise.
    ///   - optimizer: the optimizer.
    ///   - epochs: passes over the rows, at least 1.
    ///   - batchSize: rows per step, at least 1; the last batch of an epoch may be smaller.
    ///   - sampling: how batches are drawn; by default, rows are shuffled in every epoch.
    ///   - validation: a fraction is drawn by the pipeline's seed, as `StreamedDataset.split` does.
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
    ///
    /// The other parameters are those of `train(on:)` for rows in memory.
    /// - Throws: as `train(on:)` for rows in memory; faults in a row are found when it is read.
    @discardableResult
    public mutating func train(
        on data: StreamedDataset<Scalar>, labelNames: [String]? = nil, loss: any Loss,
        optimizer: any Optimizer = Adam(), epochs: Int, batchSize: Int = 32, sampling: Sampling = .shuffled,
        validation: Validation? = nil, earlyStopping: EarlyStopping? = nil, metrics: [Metric] = [],
        callbacks: [TrainingCallback<Scalar>] = [], gradientClipping: GradientClipping? = nil, accumulating: Int = 1,
        penalties: [WeightPenalty] = [], averaging: WeightAveraging? = nil,
        shards: Int? = nil, across: (any ProcessGroup)? = nil, progress: Progress = .automatic,
        threads: Int? = nil
    ) throws(PerceptronError) -> History {
        try train(
            on: data, labelNames: labelNames, loss: loss, optimizer: optimizer, validation: validation,
            options: TrainingOptions(
                epochs: epochs, batchSize: batchSize, sampling: sampling, earlyStopping: earlyStopping,
                metrics: metrics, callbacks: callbacks, gradientClipping: gradientClipping,
                accumulating: accumulating, penalties: penalties, averaging: averaging, shards: shards, across: across,
                progress: progress),
            threads: threads)
    }

    /// The same, with all options as one value.
    @discardableResult
    public mutating func train(
        on data: StreamedDataset<Scalar>, labelNames: [String]? = nil, loss: any Loss,
        optimizer: any Optimizer = Adam(), validation: Validation? = nil, options: TrainingOptions<Scalar>,
        threads: Int? = nil
    ) throws(PerceptronError) -> History {
        try check(options)
        var (training, held) = (data, StreamedDataset<Scalar>?.none)
        if case .fraction(let fraction, let order) = validation {
            guard order == .shuffled else {
                throw .invalidArgument(
                    "a fraction of files is drawn at random; give the last rows as validation: .rows(…)")
            }
            let parts = try data.split(testFraction: fraction, seed: seed)
            (training, held) = (parts.training, parts.test)
        }
        let fitted = try preprocessing.fitted(to: training)
        var names: [String] = []
        if let labelNames {
            names = labelNames
        } else if data.targetColumns == nil {
            names = try data.numberedLabels()
        }
        let targetNames = data.targetColumns.map { $0 == 1 ? ["y"] : (0..<$0).map { "y\($0)" } } ?? ["y"]
        var options = options
        if let held {
            let rows = try held.preprocessed(by: fitted, scalesTargets: true)
            options.validation = .init(source: .rows(rows))
        } else if case .rows(let rows) = validation {
            options.validation = .init(source: .rows(try rows.examples(fitted, labelNames: names)))
        }
        let rows = try training.preprocessed(by: fitted, scalesTargets: true)
        return try train(
            fitted, outputs: data.targetColumns ?? names.count, targetNames: targetNames, labelNames: names,
            loss: loss, optimizer: optimizer, options: options, threads: threads
        ) { (trainer, options) throws(PerceptronError) in try trainer.train(on: rows, options: options) }
    }
}

extension StreamedDataset {
    /// The numbers of the classes as names.
    fileprivate func numberedLabels() throws(PerceptronError) -> [String] {
        var largest = -1
        try forEachBlock { (rows) throws(PerceptronError) in
            for row in rows {
                guard case .classes(let labels) = parts[row.part].targets else { continue }
                let number = try label(row, of: labels)
                guard number < 1 << 16 else {
                    throw .invalidValue(
                        "\(labels.path) has label \(number) in row \(row.row) (counted from 0); give labelNames if it is one"
                    )
                }
                largest = max(largest, number)
            }
        }
        return (0..<largest + 1).map(String.init)
    }
}
