#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Adam with bias correction (Kingma and Ba 2015), computed as `torch.optim.Adam` does:
///
/// m ← β₁m + (1 − β₁)g,  v ← β₂v + (1 − β₂)g²,  w ← w − η/(1 − β₁ᵗ) · m / (√v/√(1 − β₂ᵗ) + ε).
public struct Adam: Optimizer, Equatable {
    /// η, above 0.
    public var learningRate: Double
    /// The decay of the mean of gradients, in [0, 1).
    public var beta1: Double
    /// The decay of the mean of squared gradients, in [0, 1).
    public var beta2: Double
    /// ε, added after the root; not negative.
    public var epsilon: Double

    public init(learningRate: Double = 0.001, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8) {
        self.learningRate = learningRate
        self.beta1 = beta1
        self.beta2 = beta2
        self.epsilon = epsilon
    }

    public var stateVectors: Int { 2 }
    public var treatsParametersApart: Bool { true }

    /// With usual numbers η/(1 − β₁) · m can't overflow, |m| is at most some √v, and ε is not lost beside a v of 0.
    public var keepsParametersFinite: Bool {
        learningRate <= 1 - beta1 && beta1 * beta1 < beta2 && epsilon >= 1e-20
    }

    public func validate() throws(PerceptronError) {
        guard learningRate > 0, learningRate.isFinite else {
            throw .invalidArgument("Adam: the learning rate is \(learningRate); it must be positive and finite")
        }
        for (name, beta) in [("beta1", beta1), ("beta2", beta2)] {
            guard beta >= 0, beta < 1 else {
                throw .invalidArgument("Adam: \(name) is \(beta); it must be at least 0 and below 1")
            }
        }
        guard epsilon >= 0, epsilon.isFinite else {
            throw .invalidArgument("Adam: epsilon is \(epsilon); it must be finite and not negative")
        }
    }

    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    public func update<Scalar: BLASScalar>(_ update: inout ParameterUpdate<Scalar>) {
        let step = Double(update.step)
        var firstMoment = update.state(0)
        var secondMoment = update.state(1)
        Kernels.adam(
            parameters: &update.parameters, gradients: update.gradients, firstMoment: &firstMoment,
            secondMoment: &secondMoment, step: learningRate / (1 - pow(beta1, step)),
            inverseRoot: 1 / (1 - pow(beta2, step)).squareRoot(), beta1: beta1, beta2: beta2, epsilon: epsilon)
    }
}
