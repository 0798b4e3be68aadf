extension Dataset {
    /// Trains and predicts on each of `folds(_:seed:stratified:groups:order:)`, folds in parallel.
    ///
    /// ```swift
    /// let result = try dataset.crossValidate(metrics: [.accuracy, .logLoss]) { training, validation, fold in
    ///     var pipeline = pipeline
    ///     try pipeline.train(on: training, loss: CrossEntropy(), epochs: 50, progress: .silent, threads: 1)
    ///     return try pipeline.predict(validation, threads: 1)
    /// }
    /// print(result)
    /// ```
    /// - Parameters:
    ///   - count: at least 2, and at most as many as there are rows, or groups.
    ///   - seed: decides which rows share a fold.
    ///   - stratified: whether each class is spread evenly; if nil, when targets are classes. Then each class must have
    ///     rows, or groups, for all folds.
    ///   - groups: rows to keep together: no group is in two folds.
    ///   - order: with `.forward`, a fold is predicted only from the rows before it.
    ///   - metrics: what to compute from each fold's predictions, with the rows' weights.
    ///   - across: the processes that divide the folds among them. Each of them makes this call with the same data, and
    ///     gets the result.
    ///   - threads: the most folds to work on at the same time; as many as help if nil. The bits don't depend on it if
    ///     those of `predict` don't.
    ///   - predict: learns from the training rows and returns the outputs for the validation rows; gets the fold's
    ///     number, counted from 0. Called from several threads at the same time.
    /// - Throws: `PerceptronError` if an argument is not usable or there are no targets, or if a class lacks rows for the
    ///   folds or a metric, before anything is trained; what `predict` throws, of the first fold that fails, its message
    ///   beginning with "fold 1 of 5".
    public func crossValidate(
        folds count: Int = 5, seed: UInt64 = 0, stratified: Bool? = nil, groups: RowGroups? = nil,
        order: SplitOrder = .shuffled, metrics: [Metric], across: (any ProcessGroup)? = nil,
        threads: Int? = nil,
        _ predict:
            @Sendable (
                _ training: Dataset, _ validation: Dataset, _ fold: Int
            ) throws(PerceptronError) -> Matrix<Scalar>
    ) throws(PerceptronError) -> CrossValidation<Scalar> {
        let threads = try checkedThreads(threads)
        let plan = try FoldPlan(
            self, folds: count, seed: seed, stratified: stratified, groups: groups, order: order, metrics: metrics)
        let results = try FoldResult.map(count, across: across, threads: threads) { fold throws(PerceptronError) in
            try plan.inFold(fold) { training, validation throws(PerceptronError) in
                try FoldResult(
                    outputs: predict(training, validation, fold), metrics: metrics, history: nil, for: validation)
            }
        }
        return try CrossValidation(plan, names: metrics.map(\.name), results)
    }
}

/// The result of one fold.
struct FoldResult<Scalar: BLASScalar>: Sendable {
    let outputs: Matrix<Scalar>
    let scores: [Double]
    let history: History?

    init(outputs: Matrix<Scalar>, scores: [Double], history: History?) {
        self.outputs = outputs
        self.scores = scores
        self.history = history
    }

    /// - Parameter validation: the rows that the outputs are for.
    init(
        outputs: Matrix<Scalar>, metrics: [Metric], history: History?, for validation: Dataset<Scalar>
    ) throws(PerceptronError) {
        guard outputs.rows == validation.rows else {
            throw .shapeMismatch(
                "\(counted(outputs.rows, "row")) predicted; there are \(validation.rows) to predict")
        }
        let (targets, weights) = (validation.targets, validation.weights)
        var scores: [Double] = []
        if let targets {
            for metric in metrics { scores.append(try metric(outputs, targets, weights: weights)) }
        }
        self.init(outputs: outputs, scores: scores, history: history)
    }
}

extension CrossValidation {
    init(_ plan: FoldPlan<Scalar>, names: [String], _ results: [FoldResult<Scalar>]) throws(PerceptronError) {
        scores = names.indices.map { metric in
            Score(name: names[metric], values: results.map { $0.scores[metric] })
        }
        predictions = try plan.inOrder(results.map(\.outputs))
        folds = plan.foldOfRow
        histories = results.compactMap(\.history)
    }
}
