/// Ends training when a monitored number stops improving.
public struct EarlyStopping: Equatable, Sendable {
    /// The number to monitor.
    public enum Monitored: Equatable, Sendable {
        /// The validation loss; without validation, the training loss.
        case loss
        /// One of `metrics:`, by its name.
        case metric(String)
    }

    /// The number of epochs in a row without improvement after which training ends; at least 1.
    public var patience: Int
    /// How much better than the best so far an epoch must be to count as an improvement; not negative.
    public var minimumImprovement: Double
    /// Whether the model gets the parameters of the best epoch at the end, however training ends.
    public var restoresBest: Bool
    /// The number to watch.
    public var monitored: Monitored
    /// Whether the last of equally good epochs counts as the best, instead of the first.
    public var prefersLast: Bool

    /// Creates early stopping; the properties explain the arguments.
    public init(
        patience: Int = 10, minimumImprovement: Double = 0, restoresBest: Bool = true, monitoring: Monitored = .loss,
        prefersLast: Bool = false
    ) {
        self.patience = patience
        self.minimumImprovement = minimumImprovement
        self.restoresBest = restoresBest
        monitored = monitoring
        self.prefersLast = prefersLast
    }
}
