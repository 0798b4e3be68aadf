/// The progress of a cross-validation on stderr: a bar over the epochs of all folds, drawn at most ten times a second,
/// and a line for each finished fold.
final class CrossValidationDisplay: Sendable {
    private struct State {
        /// The finished epochs, including those skipped by a fold that ended early.
        var epochs = 0
        var nextRedraw: ContinuousClock.Instant
    }

    private let style: ProgressDisplay.Style
    private let folds: Int
    private let epochs: Int
    private let clock = ContinuousClock()
    private let start: ContinuousClock.Instant
    private let state: Locked<State>

    /// - Parameter epochs: the maximum number of epochs of a fold.
    init(_ progress: Progress, folds: Int, epochs: Int) {
        style = ProgressDisplay.Style(progress)
        self.folds = folds
        self.epochs = epochs
        start = clock.now
        state = Locked(State(nextRedraw: start))
    }

    /// Counts a finished epoch of any fold.
    func endEpoch() {
        guard style == .bar else { return }
        let text = state.withLock { state -> String? in
            state.epochs += 1
            guard clock.now >= state.nextRedraw else { return nil }
            state.nextRedraw = clock.now + .milliseconds(100)
            return bar(state)
        }
        if let text { StandardError.write(text) }
    }

    /// Reports a fold that finished after this many epochs.
    func end(fold: Int, epochs: Int, scores: [(name: String, value: Double)]) {
        guard style != .silent else { return }
        let line = CrossValidationDisplay.summary(
            fold: fold, folds: folds, epochs: epochs, seconds: seconds, scores: scores)
        guard style == .bar else { return StandardError.write(line + "\n") }
        let text = state.withLock { state in
            state.epochs += max(0, self.epochs - epochs)
            return state.epochs < folds * self.epochs ? bar(state) : ""
        }
        StandardError.write("\r\(line)\u{1B}[K\n\(text)")
    }

    private var seconds: Double { (clock.now - start) / .seconds(1) }

    private func bar(_ state: State) -> String {
        let text = ProgressDisplay.bar("Epochs", step: state.epochs, steps: folds * epochs, seconds: seconds)
        return "\r\(text)\u{1B}[K"
    }

    /// `Fold 2/5: accuracy=0.956, log loss=0.122 [30 epochs, 00:04]`; the time is measured from the start of the first
    /// fold.
    static func summary(
        fold: Int, folds: Int, epochs: Int, seconds: Double, scores: [(name: String, value: Double)]
    ) -> String {
        let values = scores.map { "\($0.name)=\(ProgressDisplay.short($0.value))" }.joined(separator: ", ")
        return "Fold \(fold)/\(folds): \(values)\(values.isEmpty ? "" : " ")"
            + "[\(counted(epochs, "epoch")), \(ProgressDisplay.time(seconds))]"
    }
}
