/// The gradient divided by the root of the sum of all its squares (Duchi et al. 2011), computed as `torch.optim.Adagrad`
/// does: g ← g + λw,  s ← s + g²,  w ← w − η/(1 + (t − 1)κ) · g/(√s + ε).
public struct Adagrad: KernelOptimizer, Equatable {
    /// η, the learning rate.
    public var learningRate: Schedule
    /// κ, the decay of the rate; not negative.
    public var learningRateDecay: Double
    /// λ, the weight decay.
    public var weightDecay: Double
    /// The initial value of s; not negative.
    public var initialAccumulator: Double
    /// ε; not negative.
    public var epsilon: Double

    /// Creates the optimizer; the properties explain the arguments.
    public init(
        learningRate: Schedule = 0.01, learningRateDecay: Double = 0, weightDecay: Double = 0,
        initialAccumulator: Double = 0, epsilon: Double = 1e-10
    ) {
        self.learningRate = learningRate
        self.learningRateDecay = learningRateDecay
        self.weightDecay = weightDecay
        self.initialAccumulator = initialAccumulator
        self.epsilon = epsilon
    }

    public var stateVectors: Int { 1 }

    public func validate() throws(PerceptronError) {
        try check(notNegative: "learning rate decay", learningRateDecay)
        try check(notNegative: "initial accumulator", initialAccumulator)
        try check(notNegative: "epsilon", epsilon)
    }

    func kernel(_ place: UpdatePlace) -> OptimizerKernel {
        let rate = place.learningRate / (1 + Double(place.step - 1) * learningRateDecay)
        var kernel = OptimizerKernel(.adagrad, rate: rate, decay: place.weightDecay)
        kernel.numbers.epsilon = epsilon
        kernel.numbers.weight = initialAccumulator
        return kernel
    }

    func bounds(after bounds: UpdateBounds, _ place: UpdatePlace) -> UpdateBounds? {
        guard UpdateBounds.canDivide(epsilon: epsilon, decayOfSquares: 1) else { return nil }
        let gradient = bounds.decayed(place)
        return UpdateBounds(
            parameters: bounds.parameters + place.learningRate * gradient / min(1, epsilon), gradients: gradient,
            state: 0)
    }
}
