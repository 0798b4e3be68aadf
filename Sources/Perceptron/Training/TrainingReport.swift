/// The state of training, for a callback.
public struct TrainingReport<Scalar: BLASScalar> {
    /// The epoch, counted from 1.
    public let epoch: Int
    /// The number of epochs in all.
    public let epochs: Int
    /// The step within the epoch, counted from 1.
    public let step: Int
    /// The number of steps per epoch.
    public let steps: Int
    /// The number of updates so far, in this and earlier epochs.
    public let updates: Int
    /// The mean loss over the rows of this epoch so far.
    public let loss: Double
    /// The history of the epochs that have ended, including the current one after an epoch.
    public let history: History
    /// The monitored number of the ended epoch or, without early stopping, its validation loss or loss; smaller is
    /// better.
    let score: Double?
    let currentTrainer: () -> Trainer<Scalar>
    /// In a cross-validation, the held-out fold, counted from 1; otherwise nil.
    public internal(set) var fold: Int?

    /// A copy of the trainer, to inspect its model and gradients or to save a checkpoint.
    public var trainer: Trainer<Scalar> { currentTrainer() }
    /// A copy of the current model.
    public var model: MLP<Scalar> { trainer.model }
}
