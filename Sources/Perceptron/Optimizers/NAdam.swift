/// Adam with Nesterov's momentum (Dozat 2016), computed as `torch.optim.NAdam` does: with μₜ = β₁(1 − 0.96^(tψ)/2),
///
/// w ← w − η((1 − μₜ)/(1 − ∏μ) · g + μₜ₊₁/(1 − μₜ₊₁∏μ) · m) / (√v/√(1 − β₂ᵗ) + ε).
public struct NAdam: MomentEstimates, Equatable {
    /// η, the learning rate.
    public var learningRate: Schedule
    /// The decay of the mean of gradients, in [0, 1).
    public var beta1: Double
    /// The decay of the mean of squared gradients, in [0, 1).
    public var beta2: Double
    /// ε; not negative.
    public var epsilon: Double
    /// λ, the weight decay.
    public var weightDecay: Double
    /// ψ, the rate at which momentum grows to β₁; not negative.
    public var momentumDecay: Double
    /// Whether decay is decoupled, as in `AdamW`, instead of part of the gradient.
    public var decouplesWeightDecay: Bool

    /// Creates the optimizer; the properties explain the arguments.
    public init(
        learningRate: Schedule = 0.002, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8,
        weightDecay: Double = 0, momentumDecay: Double = 0.004, decouplesWeightDecay: Bool = false
    ) {
        self.learningRate = learningRate
        self.beta1 = beta1
        self.beta2 = beta2
        self.epsilon = epsilon
        self.weightDecay = weightDecay
        self.momentumDecay = momentumDecay
        self.decouplesWeightDecay = decouplesWeightDecay
    }

    public var stateVectors: Int { 2 }
    /// The product of all μ so far.
    public var stateNumbers: Int { 1 }

    public func validate() throws(PerceptronError) {
        try validateMoments()
        try check(notNegative: "momentum decay", momentumDecay)
    }

    public func beginUpdate(_ numbers: inout [Double], step: Int, learningRate: Double) {
        numbers[0] = (step == 1 ? 1 : numbers[0]) * momentum(step)
    }

    private func momentum(_ step: Int) -> Double { beta1 * (1 - 0.5 * power(0.96, Double(step) * momentumDecay)) }

    func kernel(_ place: UpdatePlace) -> OptimizerKernel {
        let (now, next, product) = (momentum(place.step), momentum(place.step + 1), place.numbers[0])
        var kernel = momentKernel(
            .nAdam, place, rate: place.learningRate * next / (1 - product * next), isDecoupled: decouplesWeightDecay)
        kernel.numbers.weight = place.learningRate * (1 - now) / (1 - product)
        return kernel
    }

    func bounds(after bounds: UpdateBounds, _ place: UpdatePlace) -> UpdateBounds? {
        let numbers = kernel(place).numbers
        return momentBounds(after: bounds, place, isDecoupled: decouplesWeightDecay) { gradient, mean in
            (numbers.weight * gradient + numbers.rate * mean) / smallestDivisor
        }
    }
}
