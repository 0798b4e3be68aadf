/// The gradient times the root of past moves' squares over that of gradients' squares (Zeiler 2012), computed as
/// `torch.optim.Adadelta` does: g ← g + λw,  v ← ρv + (1 − ρ)g²,  d = √(u + ε)/√(v + ε) · g,  u ← ρu + (1 − ρ)d²,  w ← w − ηd.
public struct Adadelta: KernelOptimizer, Equatable {
    /// η, the learning rate.
    public var learningRate: Schedule
    /// ρ, the decay of the means of squares, in [0, 1).
    public var rho: Double
    /// ε; not negative.
    public var epsilon: Double
    /// λ, the weight decay.
    public var weightDecay: Double

    /// Creates the optimizer; the properties explain the arguments.
    public init(learningRate: Schedule = 1, rho: Double = 0.9, epsilon: Double = 1e-6, weightDecay: Double = 0) {
        self.learningRate = learningRate
        self.rho = rho
        self.epsilon = epsilon
        self.weightDecay = weightDecay
    }

    public var stateVectors: Int { 2 }

    public func validate() throws(PerceptronError) {
        try check("rho", rho, 0..<1)
        try check(notNegative: "epsilon", epsilon)
    }

    func kernel(_ place: UpdatePlace) -> OptimizerKernel {
        var kernel = OptimizerKernel(.adadelta, rate: place.learningRate, decay: place.weightDecay)
        kernel.numbers.beta2 = rho
        kernel.numbers.epsilon = epsilon
        return kernel
    }

    /// The mean of squared moves.
    var boundedState: Int? { 1 }

    func bounds(after bounds: UpdateBounds, _ place: UpdatePlace) -> UpdateBounds? {
        guard UpdateBounds.canDivide(epsilon: epsilon, decayOfSquares: rho) else { return nil }
        // Of v the gradient's own square is (1 − ρ)g².
        let square = (bounds.state + epsilon) / (1 - rho)
        return UpdateBounds(
            parameters: bounds.parameters + place.learningRate * square.squareRoot(), gradients: bounds.decayed(place),
            state: rho * bounds.state + (1 - rho) * square)
    }
}
