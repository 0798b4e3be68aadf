/// How good a way of training is on rows that it has not seen: each row is predicted once, by a model trained on the
/// other folds.
public struct CrossValidation<Scalar: BLASScalar>: Equatable, Sendable {
    /// One metric of every fold.
    public struct Score: Equatable, Sendable {
        public let name: String
        /// One for each fold.
        public let values: [Double]

        public var mean: Double { values.compensatedSum() / Double(values.count) }

        /// Of the folds as a sample: √ Σ (value − mean)² / (folds − 1).
        public var standardDeviation: Double {
            let mean = mean
            return (values.map { ($0 - mean) * ($0 - mean) }.compensatedSum() / Double(values.count - 1)).squareRoot()
        }
    }

    /// One for each metric, in the order they were asked for.
    public let scores: [Score]
    /// What was predicted for each row when it was not trained on, in the order of the data.
    public let predictions: Matrix<Scalar>
    /// The fold in which each row was predicted, counted from 0.
    public let folds: [Int]

    /// The values of a metric; nil if it was not asked for.
    public subscript(metric name: String) -> Score? { scores.first { $0.name == name } }
}

extension Dataset {
    /// Trains and predicts on each of `folds(_:seed:stratified:)`, folds in parallel.
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
    ///   - count: at least 2, and at most `rows`.
    ///   - seed: which rows come into a fold together follows from it.
    ///   - stratified: whether each class is spread evenly; if nil, it is where targets are classes.
    ///   - metrics: what to compute of each fold's predictions, its rows with their weights.
    ///   - threads: how many folds to work on at the same time at the most; as many as serve if nil. The bits don't
    ///     depend on it, if those of `predict` don't.
    ///   - predict: learns from the training rows and returns the outputs for the validation rows; gets the fold's
    ///     number, counted from 0. Called from several threads at the same time.
    /// - Throws: `PerceptronError` if an argument is not usable or there are no targets; what `predict` throws, of the
    ///   first fold that fails, its message beginning with "fold 1 of 5".
    public func crossValidate(
        folds count: Int = 5, seed: UInt64 = 0, stratified: Bool? = nil, metrics: [Metric], threads: Int? = nil,
        _ predict:
            @Sendable (
                _ training: Dataset, _ validation: Dataset, _ fold: Int
            ) throws(PerceptronError) -> Matrix<Scalar>
    ) throws(PerceptronError) -> CrossValidation<Scalar> {
        try crossValidate(
            folds: count, seed: seed, stratified: stratified, names: metrics.map(\.name), threads: threads
        ) { training, validation, fold throws(PerceptronError) in
            (try predict(training, validation, fold), metrics)
        }
    }

    /// The same where each fold has the metrics of those names for its outputs.
    fileprivate func crossValidate(
        folds count: Int, seed: UInt64, stratified: Bool?, names: [String], threads: Int?,
        _ predict:
            @Sendable (
                _ training: Dataset, _ validation: Dataset, _ fold: Int
            ) throws(PerceptronError) -> (outputs: Matrix<Scalar>, metrics: [Metric])
    ) throws(PerceptronError) -> CrossValidation<Scalar> {
        guard storage.targets != nil else {
            throw .invalidArgument("cross-validation needs targets; the data set has none")
        }
        let threads = try checkedThreads(threads)
        let foldOfRow = try foldOfEachRow(count, seed: seed, stratified: stratified)
        let parts = folds(count, of: foldOfRow)
        let results = try WorkerPool.shared.map(count, threads: threads) { fold, _ throws(PerceptronError) in
            do throws(PerceptronError) {
                let (training, validation) = parts[fold]
                let (outputs, metrics) = try predict(training, validation, fold)
                return FoldResult(outputs: outputs, scores: try validation.scores(metrics, of: outputs))
            } catch {
                throw error.inside("fold \(fold + 1) of \(count)")
            }
        }
        return CrossValidation(
            scores: names.indices.map { metric in
                CrossValidation.Score(name: names[metric], values: results.map { $0.scores[metric] })
            },
            predictions: try inOrder(results.map(\.outputs), of: foldOfRow), folds: foldOfRow)
    }

    /// Every metric of outputs for these rows.
    private func scores(_ metrics: [Metric], of outputs: Matrix<Scalar>) throws(PerceptronError) -> [Double] {
        guard outputs.rows == rows else {
            throw .shapeMismatch("\(outputs.rows) rows predicted; there are \(rows) to be predicted")
        }
        guard let targets else { return [] }
        var scores: [Double] = []
        for metric in metrics { scores.append(try metric(outputs, targets, weights: weights)) }
        return scores
    }
}

extension Pipeline {
    /// Trains a copy of the pipeline on each of the data's folds, and predicts the rows left out; folds in parallel.
    ///
    /// ```swift
    /// let result = try pipeline.crossValidate(on: data, metrics: [.accuracy], loss: CrossEntropy(), epochs: 50)
    /// print(result)
    /// //            mean       ±  fold 1  fold 2  fold 3  fold 4  fold 5
    /// // accuracy  0.9736  0.0124  0.9825  0.9649  0.9561  0.9825  0.9823
    /// ```
    /// Preprocessing, too, is fitted to the training rows of each fold alone. The pipeline itself stays as it is.
    /// - Parameters:
    ///   - data: rows with targets.
    ///   - count: how many folds, at least 2, and at most the data's rows.
    ///   - seed: which rows come into a fold together follows from it; what happens in training, from the pipeline's.
    ///   - stratified: whether each class is spread evenly; if nil, it is where targets are classes.
    ///   - metrics: what to compute of each fold's predictions, its rows with their weights.
    ///   - validation: rows to watch in training, of those trained on: the fold left out stays unseen.
    ///   - threads: how many folds to train at the same time at the most; as many as serve if nil. The bits don't depend
    ///     on it.
    /// The other parameters are those of `train`.
    /// - Throws: `PerceptronError` if an argument or value is not usable, or training diverges; what happens in a fold
    ///   begins with "fold 1 of 5", and is of the first that fails.
    public func crossValidate(
        on data: Dataset<Scalar>, folds count: Int = 5, seed: UInt64 = 0, stratified: Bool? = nil, metrics: [Metric],
        loss: any Loss, optimizer: any Optimizer = Adam(), epochs: Int, batchSize: Int = 32,
        sampling: Sampling = .shuffled, validation: Validation? = nil, earlyStopping: EarlyStopping? = nil,
        classWeights: [Double]? = nil, gradientClipping: GradientClipping? = nil, accumulating: Int = 1,
        penalties: [WeightPenalty] = [], averaging: WeightAveraging? = nil, threads: Int? = nil
    ) throws(PerceptronError) -> CrossValidation<Scalar> {
        try crossValidate(
            on: data, folds: count, seed: seed, stratified: stratified, metrics: metrics, loss: loss,
            optimizer: optimizer, validation: validation,
            options: TrainingOptions(
                epochs: epochs, batchSize: batchSize, sampling: sampling, earlyStopping: earlyStopping,
                classWeights: classWeights, gradientClipping: gradientClipping, accumulating: accumulating,
                penalties: penalties, averaging: averaging), threads: threads)
    }

    /// The same with options that are put together; nothing is printed.
    public func crossValidate(
        on data: Dataset<Scalar>, folds count: Int = 5, seed: UInt64 = 0, stratified: Bool? = nil, metrics: [Metric],
        loss: any Loss, optimizer: any Optimizer = Adam(), validation: Validation? = nil,
        options: TrainingOptions<Scalar>, threads: Int? = nil
    ) throws(PerceptronError) -> CrossValidation<Scalar> {
        try data.crossValidate(
            folds: count, seed: seed, stratified: stratified, names: metrics.map(\.name), threads: threads
        ) { training, validationRows, _ throws(PerceptronError) in
            var pipeline = self
            var options = options
            options.progress = .silent
            try pipeline.train(
                on: training, loss: loss, optimizer: optimizer, validation: validation, options: options, threads: 1)
            let layers = try pipeline.checkedTrained().model.layers
            let outputs = try pipeline.predict(validationRows, threads: 1)
            return (
                outputs, metrics.map { $0.ofOutputs(of: layers[layers.count - 1], trainedWith: loss) }
            )
        }
    }
}

/// What comes of one fold.
private struct FoldResult<Scalar: BLASScalar>: Sendable {
    let outputs: Matrix<Scalar>
    let scores: [Double]
}

/// The rows of all folds' outputs, each fold's in order, as the rows of the data follow each other.
private func inOrder<Scalar>(
    _ outputs: [Matrix<Scalar>], of foldOfRow: [Int]
) throws(PerceptronError) -> Matrix<Scalar> {
    let columns = outputs[0].columns
    if let fold = outputs.firstIndex(where: { $0.columns != columns }) {
        throw .shapeMismatch(
            "fold \(fold + 1) of \(outputs.count): predictions have \(outputs[fold].columns) columns; "
                + "those of fold 1 have \(columns)")
    }
    var next = [Int](repeating: 0, count: outputs.count)
    var elements: [Scalar] = []
    elements.reserveCapacity(foldOfRow.count * columns)
    for fold in foldOfRow {
        elements += outputs[fold].elements[next[fold] * columns..<(next[fold] + 1) * columns]
        next[fold] += 1
    }
    return Matrix(rows: foldOfRow.count, columns: columns, elements: elements)
}

extension CrossValidation: CustomStringConvertible {
    /// A line for each metric: mean and standard deviation, and each fold's value if there are at most ten of them.
    public var description: String {
        var table = TextTable()
        let shown = scores.first.map { $0.values.count <= 10 ? $0.values.count : 0 } ?? 0
        table.append(["", "mean", "±"] + (0..<shown).map { "fold \($0 + 1)" })
        for score in scores {
            let decimals = score.mean.decimalsForFourDigits
            let numbers = [score.mean, score.standardDeviation] + score.values.prefix(shown)
            table.append([score.name] + numbers.map { $0.fixed(decimals) })
        }
        return table.description
    }
}
