/// Why a fit ended.
public enum FitEnding: String, Equatable, Sendable, Codable {
    /// Converged: no derivative of the loss is larger than `gradientTolerance`.
    case gradient
    /// Converged: the step was shorter than `stepTolerance` times the length of the parameters.
    case step
    /// Converged: the loss fell by no more than `functionTolerance` of itself.
    case function
    /// All iterations are done.
    case iterations
    /// The line search found no better point, as happens where the gradient is all rounding.
    case lineSearchFailed
    /// The monitored number did not improve for as many iterations as `EarlyStopping.patience` says.
    case stoppedEarly
    /// A callback ended it.
    case stoppedByCallback

    /// Whether the parameters are, within the tolerances, those of a minimum.
    public var isConverged: Bool { self == .gradient || self == .step || self == .function }
}
