/// The result of a search for settings.
public struct Tuning: Equatable, Sendable, Codable, CustomStringConvertible {
    /// A network with other settings, trained for some epochs.
    public struct Trial: Equatable, Sendable, Codable {
        /// Which settings, counted from 1; the first are those that the model had.
        public let number: Int
        /// The settings of the trial.
        public let settings: TabularSettings
        /// For how many it was trained at most.
        public let epochs: Int
        /// The metric on the held-out rows, in the targets' own units.
        public let value: Double
        /// The loss on the held-out rows, which decides between equal metrics.
        public let loss: Double
    }

    /// The metric that was optimised: "accuracy" or "RMSE".
    public let metric: String
    /// Round after round, each from the best to the worst.
    public let trials: [Trial]
    /// The best settings.
    public let best: TabularSettings

    /// A table of the trials.
    public var description: String {
        var table = TextTable(textColumns: [3])
        table.append(["trial", "epochs", metric, "settings"])
        for trial in trials {
            table.append([
                "\(trial.number)", "\(trial.epochs)", ProgressDisplay.short(trial.value), trial.settings.description,
            ])
        }
        return "\(table)\nbest: \(best)"
    }
}
