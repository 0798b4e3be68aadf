/// What a search for settings has found.
public struct Tuning: Equatable, Sendable, Codable, CustomStringConvertible {
    /// A network with other settings, trained for some epochs.
    public struct Trial: Equatable, Sendable, Codable {
        /// Which settings, counted from 1; the first are those that the model had.
        public let number: Int
        public let settings: TabularSettings
        /// For how many it was trained at the most.
        public let epochs: Int
        /// How good it was on the rows held out: the metric, in the targets' own units.
        public let value: Double
        /// The loss there, which decides between equal ones.
        public let loss: Double
    }

    /// What was to be made good: "accuracy" or "RMSE".
    public let metric: String
    /// Round after round, each from the best to the worst.
    public let trials: [Trial]
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
