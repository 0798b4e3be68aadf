/// The state of training, for a callback.
public struct TrainingReport<Scalar: BLASScalar> {
    /// The epoch, counted from 1.
    public let epoch: Int
    /// How many epochs there are to be.
    public let epochs: Int
    /// The step within the epoch, counted from 1.
    public let step: Int
    /// How many steps an epoch has.
    public let steps: Int
    /// How many updates the parameters have had, in this and earlier epochs.
    public let updates: Int
    /// The mean loss over the rows of this epoch so far.
    public let loss: Double
    /// The history of the epochs that have ended, including the current one after an epoch.
    public let history: History
    /// How good the epoch that has ended is by what early stopping watches, or else by the validation loss or the loss:
    /// less is better.
    let score: Double?
    let currentTrainer: () -> Trainer<Scalar>
    /// In a cross-validation, the fold that is left out, counted from 1; nil elsewhere.
    public internal(set) var fold: Int?

    /// The trainer as it is now, to look at its model and gradients or to save a checkpoint; a copy.
    public var trainer: Trainer<Scalar> { currentTrainer() }
    /// The model as it is now; a copy.
    public var model: MLP<Scalar> { trainer.model }
}
