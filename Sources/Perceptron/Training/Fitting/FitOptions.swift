/// The options of a fit, with the meanings of ``TrainingOptions``. Every `fit` takes one of these, or its members one
/// by one.
///
/// A fit has no batches and no gradient clipping, so it lacks these options.
public struct FitOptions<Scalar: BLASScalar>: Sendable {
    /// Rows to evaluate the model on after each iteration, which are not fitted.
    public var validation: Validation<Scalar>?
    /// When to end before convergence; epochs mean iterations.
    public var earlyStopping: EarlyStopping?
    /// The metrics to compute after each iteration, on the validation rows or, without validation, on the fitted rows.
    public var metrics: [Metric]
    /// Functions to call after each iteration, which is a step and an epoch; each can end the fit.
    public var callbacks: [TrainingCallback<Scalar>]
    /// How many rows each row counts as.
    public var sampleWeights: [Double]?
    /// The factor of each class's part of the loss, in the fit but not in validation.
    public var classWeights: [Double]?
    /// What to print on stderr; `.silent` for nothing.
    public var progress: Progress

    /// Creates options; the properties explain the arguments.
    public init(
        validation: Validation<Scalar>? = nil, earlyStopping: EarlyStopping? = nil, metrics: [Metric] = [],
        callbacks: [TrainingCallback<Scalar>] = [], sampleWeights: [Double]? = nil, classWeights: [Double]? = nil,
        progress: Progress = .automatic
    ) {
        self.validation = validation
        self.earlyStopping = earlyStopping
        self.metrics = metrics
        self.callbacks = callbacks
        self.sampleWeights = sampleWeights
        self.classWeights = classWeights
        self.progress = progress
    }

    /// A fit is a run of epochs of one step with all rows in order.
    func training(iterations: Int, rows: Int) -> TrainingOptions<Scalar> {
        TrainingOptions(
            epochs: iterations, batchSize: max(1, rows), sampling: .inOrder, validation: validation,
            earlyStopping: earlyStopping, metrics: metrics, callbacks: callbacks, sampleWeights: sampleWeights,
            classWeights: classWeights, progress: progress)
    }
}
