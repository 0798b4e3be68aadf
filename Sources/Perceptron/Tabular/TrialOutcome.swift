/// What a trial of a search ends in.
enum TrialOutcome: Sendable {
    case trial(Tuning.Trial)
    /// The loss did not stay finite.
    case diverged
    /// There was no time for it.
    case leftOut
    /// A callback ended it, and with it the search.
    case stopped

    /// Whether the trial came to its end.
    var isResult: Bool {
        switch self {
        case .trial, .diverged: true
        case .leftOut, .stopped: false
        }
    }
}
