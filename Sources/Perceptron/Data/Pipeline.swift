/// Preprocessing and a model in one, which train on raw rows and predict from raw rows.
///
/// ```swift
/// var pipeline = Pipeline<Double>(preprocessing: Preprocessing(numeric: .robust), seed: 1) { features, outputs in
///     [Linear(features, 32), ReLU(), Linear(32, outputs), Softmax()]
/// }
/// try pipeline.train(on: training, loss: CrossEntropy(), epochs: 50)
/// let labels = try pipeline.predictLabels(test)
/// ```
/// A pipeline is a value: copies are independent.
public struct Pipeline<Scalar: BLASScalar>: Sendable {
    /// Returns the layers for a number of preprocessed columns and a number of classes or target columns.
    public typealias Layers = @Sendable (_ features: Int, _ outputs: Int) -> [any Layer]

    /// Rows to evaluate the model on after each epoch, which are not trained on.
    public enum Validation: Sendable {
        /// Your own rows.
        case rows(Dataset<Scalar>)
        /// A fraction, between 0 and 1, of the rows given to `train`: drawn at random by the seed, stratified by class,
        /// with groups kept together; with `.forward`, the last rows.
        case fraction(Double, order: SplitOrder = .shuffled)
    }

    /// Rows to train on and those to validate with, and what the former make of the preprocessing.
    struct Preparation: Sendable {
        let training: Dataset<Scalar>
        let held: Dataset<Scalar>?
        let preprocessing: FittedPreprocessing
    }

    /// What training makes.
    struct Trained: Sendable {
        let preprocessing: FittedPreprocessing
        var model: MLP<Scalar>
        /// What makes predictions of the model's outputs.
        var outputFunction = OutputFunction.identity
        let targetNames: [String]
        let labelNames: [String]
    }

    /// How raw columns are preprocessed.
    public let preprocessing: Preprocessing
    /// Decides everything that is random in training.
    public let seed: UInt64
    let layers: Layers
    var trained: Trained?

    /// Creates a pipeline that is not trained yet.
    public init(preprocessing: Preprocessing = Preprocessing(), seed: UInt64 = 0, layers: @escaping Layers) {
        self.preprocessing = preprocessing
        self.seed = seed
        self.layers = layers
    }

    /// The fitted preprocessing; nil before training.
    public var fittedPreprocessing: FittedPreprocessing? { trained?.preprocessing }

    /// The model, from the columns of `fittedPreprocessing` to the inputs of the loss; nil before training.
    public var model: MLP<Scalar>? { trained?.model }

    /// The same, but what it gives are predictions, where the loss takes logits too.
    package func predictingModel() throws(PerceptronError) -> MLP<Scalar> { try checkedTrained().predictingModel() }

    /// The names of the targets; empty before training.
    public var targetNames: [String] { trained?.targetNames ?? [] }

    /// The names of the classes, in the order of the outputs; empty before training, and without classes.
    public var labelNames: [String] { trained?.labelNames ?? [] }

    // MARK: Training

    /// Fits the preprocessing and trains a new model, which replaces an earlier one.
    ///
    /// The preprocessing is fitted to the training rows only, never to validation rows. The weights of the data sets
    /// weight the loss.
    /// - Parameters:
    ///   - data: rows with targets; missing values allowed where the preprocessing allows them.
    ///   - loss: the loss to minimise.
    ///   - optimizer: the optimizer.
    ///   - epochs: passes over the rows, at least 1.
    ///   - batchSize: rows per step, at least 1; the last batch of an epoch may be smaller.
    ///   - sampling: how batches are drawn; by default, rows are shuffled in every epoch.
    ///   - validation: rows to evaluate the model on after each epoch.
    ///   - earlyStopping: when to end before all epochs are done, and whether to restore the best epoch's parameters.
    ///   - metrics: what to compute after each epoch, in the targets' own units.
    ///   - callbacks: what to call after steps and epochs; each can end training.
    ///   - classWeights: a factor for each class's part of the loss, in the order of the data's `labelNames`.
    ///   - gradientClipping: limits the size of gradients.
    ///   - accumulating: batches per update, at least 1.
    ///   - penalties: penalties on large weights, added to the loss.
    ///   - averaging: an average of parameters that predicts instead of the last ones.
    ///   - shards: the number of logical shards to cut batches into; if nil, 8 with `across`, otherwise none.
    ///   - across: the processes to train with; if nil, only this one.
    ///   - progress: what to print on stderr; `.silent` for nothing.
    ///   - threads: the most threads to use; as many as help if nil. The bits don't depend on it.
    ///
    /// The other parameters are the members of `TrainingOptions`.
    /// - Throws: `PerceptronError` if an argument or value is not usable; `.diverged` if the loss or a gradient stops
    ///   being finite; and what a callback throws. Before the first update the pipeline stays unchanged; later it keeps
    ///   the
    ///   new model with the parameters of the step before.
    @discardableResult
    public mutating func train(
        on data: Dataset<Scalar>, loss: any Loss, optimizer: any Optimizer = Adam(),
        epochs: Int, batchSize: Int = 32, sampling: Sampling = .shuffled, validation: Validation? = nil,
        earlyStopping: EarlyStopping? = nil, metrics: [Metric] = [], callbacks: [TrainingCallback<Scalar>] = [],
        classWeights: [Double]? = nil,
        gradientClipping: GradientClipping? = nil, accumulating: Int = 1, penalties: [WeightPenalty] = [],
        averaging: WeightAveraging? = nil,
        shards: Int? = nil, across: (any ProcessGroup)? = nil, progress: Progress = .automatic, threads: Int? = nil
    ) throws(PerceptronError) -> History {
        try train(
            on: data, loss: loss, optimizer: optimizer, validation: validation,
            options: TrainingOptions(
                epochs: epochs, batchSize: batchSize, sampling: sampling,
                earlyStopping: earlyStopping, metrics: metrics, callbacks: callbacks, classWeights: classWeights,
                gradientClipping: gradientClipping, accumulating: accumulating, penalties: penalties,
                averaging: averaging, shards: shards, across: across, progress: progress), threads: threads)
    }

    /// The same, with all options as one value. The validation rows are raw rows, so they are given separately.
    @discardableResult
    public mutating func train(
        on data: Dataset<Scalar>, loss: any Loss, optimizer: any Optimizer = Adam(), validation: Validation? = nil,
        options: TrainingOptions<Scalar>, threads: Int? = nil
    ) throws(PerceptronError) -> History {
        try check(options)
        return try train(
            prepared(data, validation), loss: loss, optimizer: optimizer, options: options, threads: threads)
    }

    /// Throws if the options are not usable, or have what a data set has itself.
    func check(_ options: TrainingOptions<Scalar>) throws(PerceptronError) {
        try options.check()
        try options.checkNoSampleWeights()
        guard options.validation == nil else {
            throw .invalidArgument(
                "the options have validation rows, which would not be preprocessed; give them as 'validation:'")
        }
    }

    /// Divides the rows, and fits the preprocessing to those trained on.
    func prepared(_ data: Dataset<Scalar>, _ validation: Validation?) throws(PerceptronError) -> Preparation {
        guard data.storage.part == nil else {
            throw .invalidArgument(
                "the rows are those that 'shard' gave a process; preprocessing must see all: train on the whole data set, of "
                    + "which each process then takes its own")
        }
        let training: Dataset<Scalar>
        let held: Dataset<Scalar>?
        switch validation {
        case nil: (training, held) = (data, nil)
        case .rows(let rows): (training, held) = (data, rows)
        case .fraction(let fraction, let order):
            (training, held) = try data.split(testFraction: fraction, seed: seed, order: order)
        }
        return Preparation(training: training, held: held, preprocessing: try preprocessing.fitted(to: training))
    }

    /// Trains a new model on rows that are prepared.
    mutating func train(
        _ preparation: Preparation, loss: any Loss, optimizer: any Optimizer, options: TrainingOptions<Scalar>,
        threads: Int?
    ) throws(PerceptronError) -> History {
        let (data, fitted) = (preparation.training, preparation.preprocessing)
        let examples = try data.examples(fitted, labelNames: data.labelNames)
        let heldExamples = try preparation.held?.examples(fitted, labelNames: data.labelNames)
        let outputs =
            switch examples.targets {
            case .classes: data.classCount
            case .matrix(let matrix): matrix.columns
            }
        var options = options
        options.validation = heldExamples.map { .init(source: .rows($0)) }
        return try train(
            fitted, outputs: outputs, targetNames: data.targetNames, labelNames: data.labelNames, loss: loss,
            optimizer: optimizer, options: options, threads: threads
        ) { (trainer, options) throws(PerceptronError) in try trainer.train(examples, options) }
    }

    /// Trains a new model behind a fitted preprocessing, on rows that `body` knows.
    mutating func train(
        _ fitted: FittedPreprocessing, outputs: Int, targetNames: [String], labelNames: [String], loss: any Loss,
        optimizer: any Optimizer, options: TrainingOptions<Scalar>, threads: Int?,
        on body: (inout Trainer<Scalar>, TrainingOptions<Scalar>) throws(PerceptronError) -> History
    ) throws(PerceptronError) -> History {
        var new = Trained(
            preprocessing: fitted, model: try MLP(layers(fitted.featureNames.count, outputs), seed: seed),
            targetNames: targetNames, labelNames: labelNames)
        try new.checkOutputs()
        new.outputFunction = loss.outputFunction(
            lastLayer: new.model.layers[new.model.layers.count - 1], outputFeatures: new.model.outputFeatures)
        var options = options
        options.metrics = options.metrics.map { $0.unscaled(by: fitted) }
        var trainer = try Trainer(model: new.model, loss: loss, optimizer: optimizer, threads: threads)
        if fitted.targetScaler != nil, trainer.engine.loss.targets.columns != new.model.outputFeatures {
            throw .invalidArgument(
                "\(trainer.engine.loss.name) doesn't have one output per target, so standardizesTargets can't "
                    + "convert the "
                    + "outputs back to the targets' units")
        }
        do throws(PerceptronError) {
            let history = try body(&trainer, options)
            new.model = trainer.model
            trained = new
            return history
        } catch {
            if trainer.model.parameters != new.model.parameters {
                new.model = trainer.model
                trained = new
            }
            throw error
        }
    }

    // MARK: Prediction

    /// Predicts each row: the probabilities of the classes in the order of `labelNames`, even if the loss takes logits;
    /// or values in the targets' own units.
    /// - Throws: `PerceptronError.invalidState` before training; another if the columns are not those trained on, or a
    ///   value is not usable.
    public func predict(_ data: Dataset<Scalar>, threads: Int? = nil) throws(PerceptronError) -> Matrix<Scalar> {
        let trained = try checkedTrained()
        return try trained.outputs(trained.preprocessing.transform(data), threads: threads)
    }

    /// The same for a matrix with the columns that were trained on, in their order; all must be numeric.
    public func predict(_ inputs: Matrix<Scalar>, threads: Int? = nil) throws(PerceptronError) -> Matrix<Scalar> {
        let trained = try checkedTrained()
        return try trained.outputs(trained.preprocessing.transform(inputs), threads: threads)
    }

    /// The name of the most probable class of each row, the first of equals; with a single output, the second class
    /// above 0.5.
    /// - Throws: `PerceptronError.invalidState` before training or if it was not for classes; otherwise as `predict`
    ///   does.
    public func predictLabels(_ data: Dataset<Scalar>, threads: Int? = nil) throws(PerceptronError) -> [String] {
        try labels(of: predict(data, threads: threads))
    }

    /// The same for a matrix with the columns that were trained on, in their order; all must be numeric.
    public func predictLabels(_ inputs: Matrix<Scalar>, threads: Int? = nil) throws(PerceptronError) -> [String] {
        try labels(of: predict(inputs, threads: threads))
    }

    /// The metric of the predictions for rows with targets, weighted by the rows' weights. Classes are matched by name.
    /// - Throws: `PerceptronError` as `predict` and the metric do, and if there are no targets, or there is a class that
    ///   was not trained on.
    public func evaluate(
        _ metric: Metric, on data: Dataset<Scalar>, threads: Int? = nil
    ) throws(PerceptronError) -> Double {
        let targets = try data.targets(labelNames: try checkedTrained().labelNames)
        return try metric(predict(data, threads: threads), targets, weights: data.weights)
    }

    func labels(of outputs: Matrix<Scalar>) throws(PerceptronError) -> [String] {
        guard !labelNames.isEmpty else {
            throw .invalidState("the pipeline was not trained on classes, so it can't predict labels")
        }
        return (0..<outputs.rows).map { labelNames[outputs.likeliestClass($0, of: labelNames.count)] }
    }

    func checkedTrained() throws(PerceptronError) -> Trained {
        guard let trained else { throw .invalidState("the pipeline is not trained yet; call train first") }
        return trained
    }
}

extension Pipeline.Trained {
    /// Throws unless there is an output for each class; one is enough for two.
    func checkOutputs() throws(PerceptronError) {
        let outputs = model.outputFeatures
        let classes = labelNames.count
        guard classes == 0 || outputs == classes || (outputs == 1 && classes == 2) else {
            throw .invalidArchitecture(
                "the layers give \(counted(outputs, "column")); \(thereAre(classes, "class", "classes")): \(labelNames)"
            )
        }
    }

    fileprivate func outputs(_ inputs: Matrix<Scalar>, threads: Int?) throws(PerceptronError) -> Matrix<Scalar> {
        try preprocessing.unscaledOutputs(predictingModel().predict(inputs, threads: threads))
    }

    /// The model that gives predictions.
    func predictingModel() throws(PerceptronError) -> MLP<Scalar> { try model.followed(by: outputFunction) }
}

extension Metric {
    /// The same metric of outputs and targets in their own units.
    fileprivate func unscaled(by preprocessing: FittedPreprocessing) -> Metric {
        guard let scaler = preprocessing.targetScaler else { return self }
        return Metric(name, largerIsBetter: largerIsBetter) { (outputs, targets, weights) throws(PerceptronError) in
            guard case .matrix(let matrix) = targets else { return try self(outputs, targets, weights: weights) }
            return try self(scaler.inverse(outputs), scaler.inverse(matrix), weights: weights)
        }
    }
}

extension Dataset {
    /// What a model sees of these rows.
    /// - Parameter labelNames: what the model's classes are called, in the order of its outputs.
    func examples(
        _ preprocessing: FittedPreprocessing, labelNames: [String]
    ) throws(PerceptronError) -> Examples<Scalar> {
        Examples(
            inputs: try preprocessing.transform(self),
            targets: try preprocessing.scaledTargets(targets(labelNames: labelNames)), weights: weights)
    }

    /// The targets, with classes numbered in the order of the given names.
    func targets(labelNames names: [String]) throws(PerceptronError) -> Targets<Scalar> {
        guard let targets else { throw .invalidArgument("the data set has no targets") }
        guard case .classes(let classes) = targets, labelNames != names else { return targets }
        let places = Dictionary(zip(names, names.indices), uniquingKeysWith: { first, _ in first })
        let codes = labelNames.map { places[$0] }
        if let row = classes.firstIndex(where: { codes[$0] == nil }) {
            throw .invalidValue(
                "row \(row) (counted from 0) is of class \"\(labelNames[classes[row]])\"; the classes are \(names)")
        }
        return .classes(classes.map { codes[$0] ?? 0 })
    }
}
