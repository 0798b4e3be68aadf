/// A model for tables in one call: preprocessing, network, training and calibration with published defaults.
///
/// ```swift
/// var model = TabularModel<Float>(seed: 1)
/// try model.fit(training)
/// try model.evaluate(.accuracy, on: test)
/// let labels = try model.predictLabels(test)
/// ```
/// It predicts classes if the data's targets are classes, and numbers if they are a matrix. Once fitted, its
/// ``pipeline`` is preprocessing and network together. A model is a value: copies are independent.
public struct TabularModel<Scalar: BLASScalar>: Sendable {
    /// The published defaults that it uses.
    public let recipe: TabularRecipe
    /// How many networks are trained; their mean is the prediction.
    public let members: Int
    /// What makes the members differ.
    public let ensembling: Ensembling
    /// The settings that differ from the recipe; `tune` finds them.
    public internal(set) var settings: TabularSettings
    /// Decides everything that is random.
    public let seed: UInt64
    var fitted: Fitted?

    /// The result of a fit.
    struct Fitted: Sendable {
        var pipeline: Pipeline<Scalar>
        /// One for each member.
        var histories: [History]
        /// For numeric targets, if requested.
        var intervals: QuantileIntervals<Scalar>?
    }

    /// Creates a model that is not fitted yet.
    /// - Parameters:
    ///   - recipe: the published defaults; RealMLP if not given.
    ///   - members: how many networks to train, at least 1. They are trained in parallel; the prediction is the mean of
    ///     theirs.
    ///   - ensembling: what makes the members differ: their seeds alone, or also the rows that they are trained on.
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

    /// The names of the classes, in the order of the outputs; empty before fitting, and for numeric targets.
    public var labelNames: [String] { pipeline?.labelNames ?? [] }

    /// The names of the targets; empty before fitting.
    public var targetNames: [String] { pipeline?.targetNames ?? [] }

    /// Whether the model was fitted with intervals, which ``predictionInterval(_:for:threads:)`` needs.
    public var hasIntervals: Bool { fitted?.intervals != nil }

    /// The columns that the model needs, with their names; empty before fitting.
    public var columns: [Column] { pipeline?.columns ?? [] }

    // MARK: Prediction

    /// Predicts each row: the probabilities of the classes, in the order of `labelNames`, or the targets in their own
    /// units.
    /// - Parameters:
    ///   - data: the rows, with all of `columns`; other columns are ignored.
    ///   - threads: the most threads to use; as many as help if nil. The bits don't depend on it.
    /// - Returns: rows × classes, or rows × targets.
    /// - Throws: `PerceptronError.invalidState` before fitting; another if a column is missing or a value is not
    ///   usable.
    public func predict(_ data: Dataset<Scalar>, threads: Int? = nil) throws(PerceptronError) -> Matrix<Scalar> {
        try checkedPipeline().predict(data, threads: threads)
    }

    /// The name of the most probable class of each row; the first of equals.
    /// - Throws: `PerceptronError.invalidState` before fitting, or if the targets were numbers; otherwise as `predict`
    ///   does.
    public func predictLabels(_ data: Dataset<Scalar>, threads: Int? = nil) throws(PerceptronError) -> [String] {
        try checkedPipeline().predictLabels(data, threads: threads)
    }

    /// The metric of the predictions for rows with targets, weighted by the rows' weights. Classes are matched by name.
    /// - Throws: `PerceptronError` as `predict` and the metric do, and if there are no targets, or a class that the
    ///   model doesn't know.
    public func evaluate(
        _ metric: Metric, on data: Dataset<Scalar>, threads: Int? = nil
    ) throws(PerceptronError) -> Double {
        try checkedPipeline().evaluate(metric, on: data, threads: threads)
    }

    /// Prediction intervals: a fraction `level` of rows like those of the fit have their target within the bounds,
    /// however good or bad the model is.
    ///
    /// They are quantiles that a second network predicts, widened as far as the held-out rows require (conformalized
    /// quantile regression; Romano, Patterson and Candès 2019).
    /// - Parameters:
    ///   - level: from 0.5 to 0.99.
    ///   - data: the rows.
    ///   - threads: the most threads to use; as many as help if nil. The bits don't depend on it.
    /// - Returns: lower and upper bounds, rows × targets each, in the targets' own units.
    /// - Throws: `PerceptronError.invalidState` unless the model was fitted with intervals; `.invalidArgument` if the
    ///   level is out of range, or too few rows were held out for it; otherwise as `predict` does.
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
                    ? "the model was not fitted with intervals; use fit(data, intervals: true) or train --intervals"
                    : "the model predicts classes, which have probabilities instead of intervals")
        }
        return intervals
    }

    func checkedPipeline() throws(PerceptronError) -> Pipeline<Scalar> {
        guard let pipeline else { throw .invalidState("the model is not fitted yet; call fit first") }
        return pipeline
    }
}
