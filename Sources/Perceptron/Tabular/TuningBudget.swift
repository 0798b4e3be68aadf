/// How long to search for settings.
public enum TuningBudget: Equatable, Hashable, Sendable {
    /// The number of settings to try, the model's own included; the same seed gives the same bits.
    case trials(Int)
    /// The time to take, including an estimate for the final fit.
    case minutes(Double)

    /// Throws unless the budget is positive.
    func check() throws(PerceptronError) {
        switch self {
        case .trials(let count):
            guard count > 0 else { throw .invalidArgument("a budget of \(count) trials; at least 1 is needed") }
        case .minutes(let minutes):
            guard minutes > 0, minutes.isFinite else {
                throw .invalidArgument("a budget of \(minutes) minutes; it must be positive and finite")
            }
        }
    }

    /// The most settings to try.
    var candidates: Int {
        switch self {
        case .trials(let count): count
        case .minutes: 729
        }
    }

    /// The time after which a fraction of the budget is used up; nil if it isn't a time.
    func time(_ part: Double) -> Duration? {
        switch self {
        case .trials: nil
        case .minutes(let minutes): .seconds(60 * minutes * part)
        }
    }
}
