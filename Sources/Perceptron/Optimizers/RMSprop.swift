/// The gradient divided by the root of a mean of its squares (Tieleman and Hinton 2012), computed as
/// `torch.optim.RMSprop` does:
///
/// g ← g + λw,  v ← αv + (1 − α)g²,  b ← μb + g/(√v + ε),  w ← w − ηb; centered, with v − ḡ² for v, ḡ ← αḡ + (1 − α)g.
public struct RMSprop: KernelOptimizer, Equatable {
    /// η, the learning rate.
    public var learningRate: Schedule
    /// α, the decay of the mean of squared gradients, in [0, 1).
    public var alpha: Double
    /// ε; not negative.
    public var epsilon: Double
    /// λ, the weight decay.
    public var weightDecay: Double
    /// μ, the momentum, in [0, 1).
    public var momentum: Double
    /// Whether the square of the mean gradient is taken from the mean of squares.
    public var centered: Bool

    /// Creates the optimizer; the properties explain the arguments.
    public init(
        learningRate: Schedule = 0.01, alpha: Double = 0.99, epsilon: Double = 1e-8, weightDecay: Double = 0,
        momentum: Double = 0, centered: Bool = false
    ) {
        self.learningRate = learningRate
        self.alpha = alpha
        self.epsilon = epsilon
        self.weightDecay = weightDecay
        self.momentum = momentum
        self.centered = centered
    }

    public var stateVectors: Int { 1 + (centered ? 1 : 0) + (momentum > 0 ? 1 : 0) }
    var kernelStates: (Int?, Int?, Int?) { (0, centered ? 1 : nil, momentum > 0 ? stateVectors - 1 : nil) }

    public func validate() throws(PerceptronError) {
        try check("alpha", alpha, 0..<1)
        try check(notNegative: "epsilon", epsilon)
        try check("momentum", momentum, 0..<1)
    }

    func kernel(_ place: UpdatePlace) -> OptimizerKernel {
        var kernel = OptimizerKernel(.rmSprop, rate: place.learningRate, decay: place.weightDecay)
        kernel.numbers.beta1 = momentum
        kernel.numbers.beta2 = alpha
        kernel.numbers.epsilon = epsilon
        return kernel
    }

    var boundedState: Int? { kernelStates.2 }

    func bounds(after bounds: UpdateBounds, _ place: UpdatePlace) -> UpdateBounds? {
        // What is left of the mean of squares without the square of the mean can be less than 0 by rounding.
        guard !centered, UpdateBounds.canDivide(epsilon: epsilon, decayOfSquares: alpha) else { return nil }
        let gradient = bounds.decayed(place)
        let move = momentum * bounds.state + gradient / min(1, epsilon)
        return UpdateBounds(
            parameters: bounds.parameters + place.learningRate * move, gradients: gradient, state: move)
    }
}
