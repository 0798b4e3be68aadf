/// A model of a table in one call: preprocessing, network, training and calibration by published defaults.
///
/// ```swift
/// var model = TabularModel<Float>(seed: 1)
/// try model.fit(training)
/// try model.evaluate(.accuracy, on: test)
/// let labels = try model.predictLabels(test)
/// ```
/// It classifies where the data's targets are classes, and predicts numbers where they are a matrix. Once fitted, it is
/// a ``Pipeline``. A model is a value: copies are independent.
public struct TabularModel<Scalar: BLASScalar>: Sendable {
    /// The defaults.
    public let recipe: TabularRecipe
    /// How many networks are trained; their mean is the prediction.
    public let members: Int
    /// How the members come to differ.
    public let ensembling: Ensembling
    /// The settings that differ from the recipe; `tune` finds them.
    public internal(set) var settings: TabularSettings
    /// Decides everything that is random.
    public let seed: UInt64
    var fitted: Fitted?

    /// What fitting makes.
    struct Fitted: Sendable {
        var pipeline: Pipeline<Scalar>
        /// Of each member's training.
        var histories: [History]
        /// For numbers, if they were asked for.
        var intervals: QuantileIntervals<Scalar>?
    }

    /// A model that is not fitted yet.
    /// - Parameters:
    ///   - recipe: the defaults; RealMLP unless another is asked for.
    ///   - members: how many networks to train, at least 1. They are trained side by side, and predict the mean of what each
    ///     predicts.
    ///   - ensembling: how the members differ: by their seeds alone, or also by the rows that they are trained on.
    ///   - settings: the settings that differ from the recipe.
    ///   - seed: decides everything that is random.
    public init(
        _ recipe: TabularRecipe = .realMLP, members: Int = 1, ensembling: Ensembling = .seeds,
        settings: TabularSettings = TabularSettings(), seed: UInt64 = 0
    ) {
        self.recipe = recipe
        self.members = members
        self.ensembling = ensembling
        self.settings = settings
        self.seed = seed
    }

    /// Preprocessing and network together; nil before fitting.
    public var pipeline: Pipeline<Scalar>? { fitted?.pipeline }

    /// The history of each member's training; empty before fitting, and for a model from a file.
    public var histories: [History] { fitted?.histories ?? [] }

    /// The names of the classes, in the order of the outputs; empty before fitting, and without classes.
    public var labelNames: [String] { pipeline?.labelNames ?? [] }

    /// The names of the targets; empty before fitting.
    public var targetNames: [String] { pipeline?.targetNames ?? [] }

    /// Whether it was fitted with intervals, as `predictionInterval` needs them.
    public var hasIntervals: Bool { fitted?.intervals != nil }

    /// The columns that it takes, by name; empty before fitting.
    public var columns: [Column] { pipeline?.columns ?? [] }

    // MARK: Prediction

    /// For each row the probabilities of the classes in the order of `labelNames`, or what is predicted in the targets' own
    /// units.
    /// - Throws: `PerceptronError.invalidState` before fitting; another if a column is missing or a value is not usable.
    public func predict(_ data: Dataset<Scalar>, threads: Int? = nil) throws(PerceptronError) -> Matrix<Scalar> {
        try checkedPipeline().predict(data, threads: threads)
    }

    /// The name of the likeliest class of each row, the first of equal ones.
    /// - Throws: `PerceptronError.invalidState` before fitting, or if it was not for classes; another as `predict` does.
    public func predictLabels(_ data: Dataset<Scalar>, threads: Int? = nil) throws(PerceptronError) -> [String] {
        try checkedPipeline().predictLabels(data, threads: threads)
    }

    /// How good the predictions for rows with targets are, each row with its weight; classes are matched by their names.
    /// - Throws: `PerceptronError` as `predict` and the metric do, and if there are no targets, or a class that was not
    ///   fitted to.
    public func evaluate(
        _ metric: Metric, on data: Dataset<Scalar>, threads: Int? = nil
    ) throws(PerceptronError) -> Double {
        try checkedPipeline().evaluate(metric, on: data, threads: threads)
    }

    /// The lower and upper bounds of an interval for each row, rows × targets each, in the targets' own units: a part `level` of
    /// such rows have their target within them, however good the model is.
    ///
    /// They are quantiles that a network predicts, widened by as much as held-out rows have shown to be necessary.
    /// - Parameters:
    ///   - level: from 0.5 to 0.99.
    ///   - data: the rows.
    ///   - threads: the most threads to use; as many as help if nil. The bits don't depend on it.
    /// - Throws: `PerceptronError.invalidState` unless the model was fitted with intervals; `.invalidArgument` if the level is
    ///   another, or there were too few rows held out for it; another as `predict` does.
    public func predictionInterval(
        _ level: Double = 0.9, for data: Dataset<Scalar>, threads: Int? = nil
    ) throws(PerceptronError) -> (lower: Matrix<Scalar>, upper: Matrix<Scalar>) {
        let intervals = try checkedIntervals()
        let preprocessing = try checkedPipeline().checkedTrained().preprocessing
        let (lower, upper) = try intervals.bounds(try preprocessing.transform(data), level: level, threads: threads)
        return (try preprocessing.unscaledOutputs(lower), try preprocessing.unscaledOutputs(upper))
    }

    func checkedIntervals() throws(PerceptronError) -> QuantileIntervals<Scalar> {
        _ = try checkedPipeline()
        guard let intervals = fitted?.intervals else {
            throw .invalidState(
                labelNames.isEmpty
                    ? "the model was not fitted with intervals; call fit(data, intervals: true)"
                    : "the model predicts classes, which have probabilities and no intervals")
        }
        return intervals
    }

    func checkedPipeline() throws(PerceptronError) -> Pipeline<Scalar> {
        guard let pipeline else { throw .invalidState("the model is not fitted yet; call fit first") }
        return pipeline
    }
}
