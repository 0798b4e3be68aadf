/// Why a fit ended.
public enum FitEnding: String, Equatable, Sendable, Codable {
    /// Converged: no derivative of the loss is larger than `gradientTolerance`.
    case gradient
    /// Converged: the step was shorter than `stepTolerance` times the length of the parameters.
    case step
    /// Converged: the relative decrease of the loss was at most `functionTolerance`.
    case function
    /// All iterations are done.
    case iterations
    /// The line search found no better point, as happens when the gradient is dominated by rounding.
    case lineSearchFailed
    /// The monitored number did not improve for `EarlyStopping.patience` iterations.
    case stoppedEarly
    /// A callback ended it.
    case stoppedByCallback

    /// Whether the parameters are at a minimum, within the tolerances.
    public var isConverged: Bool { self == .gradient || self == .step || self == .function }
}
