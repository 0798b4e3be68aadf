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

    /// What one process tells the others of it.
    var numbers: [Double] {
        switch self {
        case .trial(let trial): [0, trial.value, trial.loss]
        case .diverged: [1]
        case .leftOut: [2]
        case .stopped: [3]
        }
    }

    /// - Parameter numbers: what another process has told.
    init(_ numbers: [Double], number: Int, settings: TabularSettings, epochs: Int) {
        switch numbers[0] {
        case 0:
            self = .trial(
                Tuning.Trial(number: number, settings: settings, epochs: epochs, value: numbers[1], loss: numbers[2]))
        case 1: self = .diverged
        case 2: self = .leftOut
        default: self = .stopped
        }
    }
}
