/// The result of a search for settings.
public struct Tuning: Equatable, Sendable, Codable, CustomStringConvertible {
    /// A network trained with other settings.
    public struct Trial: Equatable, Sendable, Codable {
        /// The number of the settings, counted from 1; the first are the model's own.
        public let number: Int
        /// The settings of the trial.
        public let settings: TabularSettings
        /// The most epochs it was trained for.
        public let epochs: Int
        /// The metric on the held-out rows, in the targets' own units.
        public let value: Double
        /// The loss on the held-out rows, which breaks ties.
        public let loss: Double
    }

    /// The metric that was optimised: "accuracy" or "RMSE".
    public let metric: String
    /// The trials of each round in turn, from best to worst.
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
