/// A penalty on large weights, added to the loss, for parameters whose layer allows decay. Reported losses don't
/// include it.
public enum WeightPenalty: Equatable, Sendable {
    /// λ·Σ|w|.
    case l1(Double)
    /// λ/2·Σw².
    case l2(Double)

    var factor: Double {
        switch self {
        case .l1(let factor), .l2(let factor): factor
        }
    }

    func check() throws(PerceptronError) {
        guard factor >= 0, factor.isFinite else {
            throw .invalidArgument("the penalty is .\(self); its factor must be finite and not negative")
        }
    }
}
