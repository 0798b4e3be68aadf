/// The sign of a mean of gradients (Chen et al. 2023, "Symbolic discovery of optimization algorithms"):
///
/// w ← (1 − ηλ)w − η · sign(β₁m + (1 − β₁)g),  m ← β₂m + (1 − β₂)g.
public struct Lion: KernelOptimizer, Equatable {
    /// η, the learning rate.
    public var learningRate: Schedule
    /// The weight of the mean in the direction, in [0, 1).
    public var beta1: Double
    /// The decay of the mean, in [0, 1).
    public var beta2: Double
    /// λ, the weight decay.
    public var weightDecay: Double

    /// Creates the optimizer; the properties explain the arguments.
    public init(
        learningRate: Schedule = 0.0001, beta1: Double = 0.9, beta2: Double = 0.99, weightDecay: Double = 0
    ) {
        self.learningRate = learningRate
        self.beta1 = beta1
        self.beta2 = beta2
        self.weightDecay = weightDecay
    }

    public var stateVectors: Int { 1 }

    public func validate() throws(PerceptronError) {
        try check("beta1", beta1, 0..<1)
        try check("beta2", beta2, 0..<1)
    }

    func kernel(_ place: UpdatePlace) -> OptimizerKernel {
        var kernel = OptimizerKernel(
            .lion, rate: place.learningRate, shrink: 1 - place.learningRate * place.weightDecay)
        kernel.numbers.beta1 = beta1
        kernel.numbers.beta2 = beta2
        return kernel
    }

    var boundedState: Int? { 0 }

    func bounds(after bounds: UpdateBounds, _ place: UpdatePlace) -> UpdateBounds? {
        UpdateBounds(
            parameters: bounds.shrunk(place) + place.learningRate, gradients: bounds.gradients,
            state: beta2 * bounds.state + (1 - beta2) * bounds.gradients)
    }
}
