extension Pipeline {
    /// Estimates by k-fold cross-validation how well the pipeline predicts new rows.
    ///
    /// ```swift
    /// let result = try pipeline.crossValidate(on: data, metrics: [.accuracy], loss: CrossEntropy(), epochs: 50)
    /// print(result)
    /// //            mean       ±  fold 1  fold 2  fold 3  fold 4  fold 5
    /// // accuracy  0.9736  0.0124  0.9825  0.9649  0.9561  0.9825  0.9823
    /// ```
    /// For each fold, a copy of the pipeline is trained on the other folds and predicts the rows of the fold; folds run
    /// in parallel. Preprocessing, too, is fitted only to the training rows of each fold. The pipeline itself doesn't
    /// change.
    ///
    /// Callbacks are called for all folds, from several threads at the same time; the report has the fold. `.stop` ends
    /// the training of that fold, whose rows are predicted all the same. The package's own callbacks write to
    /// subfolders "fold 1" and so on.
    /// - Parameters:
    ///   - data: rows with targets.
    ///   - count: the number of folds, at least 2, and at most that of the rows or groups.
    ///   - seed: decides which rows share a fold; the pipeline's own seed decides the randomness of training.
    ///   - stratified: whether each class is spread evenly; if nil, when targets are classes. Then each class must have
    ///     rows, or groups, for all folds.
    ///   - groups: rows to keep together, by a column or by keys: no group is in two folds.
    ///   - order: with `.forward`, a fold is predicted only from the rows before it.
    ///   - metrics: what to compute from each fold's predictions, with the rows' weights; with `validation`, or if
    ///     early stopping monitors one, also after each epoch.
    ///   - loss: the loss to minimise.
    ///   - optimizer: the optimizer.
    ///   - epochs: passes over the rows, at least 1.
    ///   - batchSize: rows per step, at least 1; the last batch of an epoch may be smaller.
    ///   - sampling: how batches are drawn; by default, rows are shuffled in every epoch.
    ///   - validation: rows to monitor training with, taken from the training rows, so that the fold stays unseen. A
    ///     fraction is drawn at random by the pipeline's seed; with `.forward`, it is the last of the training rows.
    ///   - earlyStopping: when to end before all epochs are done, and whether to restore the best epoch's parameters.
    ///   - callbacks: what to call after steps and epochs; each can end training.
    ///   - classWeights: the factor of each class's part of the loss; 1 if nil.
    ///   - gradientClipping: limits the size of gradients.
    ///   - accumulating: batches per update, at least 1.
    ///   - penalties: penalties on large weights, added to the loss.
    ///   - averaging: an average of parameters that predicts instead of the last ones.
    ///   - across: the processes that divide the folds among them. Each of them makes this call with the same data, and
    ///     gets the result.
    ///   - progress: a bar over the epochs of all folds if stderr is a terminal, and a line for each fold.
    ///   - threads: the most folds to train at the same time; as many as help if nil. The bits don't depend on it.
    /// The other parameters are those of `train`.
    /// - Throws: `PerceptronError` if an argument or value is not usable, training diverges, or a callback throws; the
    ///   message of an error in a fold begins with "fold 1 of 5"; of several, the first fold's error is thrown. A class
    ///   that lacks rows for the folds or a metric, and a value that can't be preprocessed, are reported before any
    ///   fold is trained.
    public func crossValidate(
        on data: Dataset<Scalar>, folds count: Int = 5, seed: UInt64 = 0, stratified: Bool? = nil,
        groups: RowGroups? = nil, order: SplitOrder = .shuffled, metrics: [Metric],
        loss: any Loss, optimizer: any Optimizer = Adam(), epochs: Int, batchSize: Int = 32,
        sampling: Sampling = .shuffled, validation: Validation? = nil, earlyStopping: EarlyStopping? = nil,
        callbacks: [TrainingCallback<Scalar>] = [],
        classWeights: [Double]? = nil, gradientClipping: GradientClipping? = nil, accumulating: Int = 1,
        penalties: [WeightPenalty] = [], averaging: WeightAveraging? = nil,
        across: (any ProcessGroup)? = nil, progress: Progress = .automatic, threads: Int? = nil
    ) throws(PerceptronError) -> CrossValidation<Scalar> {
        let isWatched = validation != nil || earlyStopping?.monitored ?? .loss != .loss
        return try crossValidate(
            on: data, folds: count, seed: seed, stratified: stratified, groups: groups, order: order,
            metrics: metrics, loss: loss, optimizer: optimizer, validation: validation,
            options: TrainingOptions(
                epochs: epochs, batchSize: batchSize, sampling: sampling, earlyStopping: earlyStopping,
                metrics: isWatched ? metrics : [], callbacks: callbacks, classWeights: classWeights,
                gradientClipping: gradientClipping, accumulating: accumulating, penalties: penalties,
                averaging: averaging, across: across, progress: progress), threads: threads)
    }

    /// The same, with all options as one value; its metrics are computed after each epoch, and folds are dealt among its
    /// processes.
    public func crossValidate(
        on data: Dataset<Scalar>, folds count: Int = 5, seed: UInt64 = 0, stratified: Bool? = nil,
        groups: RowGroups? = nil, order: SplitOrder = .shuffled, metrics: [Metric],
        loss: any Loss, optimizer: any Optimizer = Adam(), validation: Validation? = nil,
        options: TrainingOptions<Scalar>, threads: Int? = nil
    ) throws(PerceptronError) -> CrossValidation<Scalar> {
        try check(options)
        let threads = try checkedThreads(threads)
        let plan = try FoldPlan(
            data, folds: count, seed: seed, stratified: stratified, groups: groups, order: order, metrics: metrics)
        var validation = validation
        if order == .forward, case .fraction(let fraction, _) = validation {
            validation = .fraction(fraction, order: .forward)
        }
        // Checks that all folds can be preprocessed before any is trained.
        let preparations = try WorkerPool.shared.map(count, threads: threads) {
            [validation] fold, _ throws(PerceptronError) in
            try plan.inFold(fold) { training, left throws(PerceptronError) in
                let preparation = try prepared(training, validation)
                _ = try preparation.preprocessing.transform(left)
                try preparation.held?.checkRows(for: options.metrics)
                return preparation
            }
        }
        let group = options.across
        let display = CrossValidationDisplay(
            group?.rank ?? 0 == 0 ? options.progress : .silent, folds: count, epochs: options.epochs)
        let results = try FoldResult.map(count, across: group, threads: threads) { fold throws(PerceptronError) in
            try plan.inFold(fold) { _, left throws(PerceptronError) in
                var (pipeline, options) = (self, options)
                options.callbacks = options.callbacks.map { $0.inFold(fold + 1) }
                options.callbacks.append(
                    .everyEpoch { _ in
                        display.endEpoch()
                        return .proceed
                    })
                options.progress = .silent
                options.across = nil
                let history = try pipeline.train(
                    preparations[fold], loss: loss, optimizer: optimizer, options: options, threads: 1)
                let outputs = try pipeline.predict(left, threads: 1)
                let result = try FoldResult(outputs: outputs, metrics: metrics, history: history, for: left)
                display.end(
                    fold: fold + 1, epochs: history.losses.count,
                    scores: zip(metrics, result.scores).map { ($0.name, $1) })
                return result
            }
        }
        return try CrossValidation(plan, names: metrics.map(\.name), results)
    }
}
