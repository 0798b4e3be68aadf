/// The progress of training, epoch by epoch.
public struct History: Equatable, Sendable {
    /// The values of one metric.
    public struct Series: Equatable, Sendable {
        /// The metric's name.
        public let name: String
        /// One for each epoch.
        public internal(set) var values: [Double]
    }

    /// Why training ended.
    public enum Ending: String, Equatable, Sendable, Codable {
        /// All epochs are done.
        case completed
        /// The monitored number did not improve for `EarlyStopping.patience` epochs.
        case stoppedEarly
        /// A callback ended it.
        case stoppedByCallback
    }

    /// The mean loss over the rows of each epoch, measured before each batch's update.
    public internal(set) var losses: [Double] = []
    /// The mean loss over the validation rows after each epoch; empty without validation.
    public internal(set) var validationLosses: [Double] = []
    /// The requested metrics after each epoch, in their order: on the validation rows or, without validation, on the
    /// training rows.
    public internal(set) var metrics: [Series] = []
    /// The learning rate of each epoch's last update.
    public internal(set) var learningRates: [Double] = []
    /// The norm of the gradient at each epoch's last update, with penalties and before clipping.
    public internal(set) var gradientNorms: [Double] = []
    /// The epoch whose parameters the model has at the end, counted from 1: the best if early stopping restored it,
    /// otherwise the last. Nil before the end of the first epoch, or if training was stopped within an epoch.
    public internal(set) var keptEpoch: Int?
    /// Why training ended.
    public internal(set) var ending = Ending.completed

    /// The values of a metric, one for each epoch; nil if it was not requested.
    public subscript(metric name: String) -> [Double]? { metrics.first { $0.name == name }?.values }
}
