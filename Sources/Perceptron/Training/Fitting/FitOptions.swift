/// The options of a fit. Every `fit` takes one of these, or its members one by one; they mean what those of
/// `TrainingOptions` mean.
///
/// A fit has no batches and doesn't clip gradients, so these options are missing.
public struct FitOptions<Scalar: BLASScalar>: Sendable {
    /// Rows that are not fitted, to measure the model on after each iteration.
    public var validation: Validation<Scalar>?
    /// When to end before it has converged; its epochs are iterations.
    public var earlyStopping: EarlyStopping?
    /// What to compute after each iteration, of the validation rows, or without any of those fitted.
    public var metrics: [Metric]
    /// What to call after each iteration, which is a step and an epoch; each can end the fit.
    public var callbacks: [TrainingCallback<Scalar>]
    /// How many rows each row counts as.
    public var sampleWeights: [Double]?
    /// A number for each class: the factor of its part of the loss, in the fit but not in validation.
    public var classWeights: [Double]?
    /// What to print on stderr; `.silent` for nothing.
    public var progress: Progress

    /// Options; the properties explain the arguments.
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
