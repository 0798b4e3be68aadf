/// How long to search for settings.
public enum TuningBudget: Equatable, Hashable, Sendable {
    /// A number of settings to try, including the recipe's own: the same seed gives the same bits.
    case trials(Int)
    /// As many as there is time for, with the last fit included as far as can be foreseen.
    case minutes(Double)

    /// Throws unless it is one that there can be.
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

    /// By when a part of it is used up, counted from the beginning; nil if time does not matter.
    func time(_ part: Double) -> Duration? {
        switch self {
        case .trials: nil
        case .minutes(let minutes): .seconds(60 * minutes * part)
        }
    }
}
