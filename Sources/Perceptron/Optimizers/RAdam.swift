/// Adam that divides by √v only once enough of v is known (Liu et al. 2020), computed as `torch.optim.RAdam` does.
///
/// With ρ∞ = 2/(1 − β₂) − 1 and ρ = ρ∞ − 2tβ₂ᵗ/(1 − β₂ᵗ): w ← w − η/(1 − β₁ᵗ) · m · r√(1 − β₂ᵗ)/(√v + ε) where ρ > 5,
/// r² = (ρ − 4)(ρ − 2)ρ∞ / ((ρ∞ − 4)(ρ∞ − 2)ρ), and w ← w − η/(1 − β₁ᵗ) · m before.
public struct RAdam: MomentEstimates, Equatable {
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
    /// Whether decay is decoupled, as in `AdamW`, instead of part of the gradient.
    public var decouplesWeightDecay: Bool

    /// Creates the optimizer; the properties explain the arguments.
    public init(
        learningRate: Schedule = 0.001, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8,
        weightDecay: Double = 0, decouplesWeightDecay: Bool = false
    ) {
        self.learningRate = learningRate
        self.beta1 = beta1
        self.beta2 = beta2
        self.epsilon = epsilon
        self.weightDecay = weightDecay
        self.decouplesWeightDecay = decouplesWeightDecay
    }

    public var stateVectors: Int { 2 }

    func kernel(_ place: UpdatePlace) -> OptimizerKernel {
        let longest = 2 / (1 - beta2) - 1
        let correction = place.correction(beta2)
        let length = longest - 2 * Double(place.step) * (1 - correction) / correction
        var kernel = momentKernel(
            .rAdam, place, rate: place.learningRate / place.correction(beta1), isDecoupled: decouplesWeightDecay)
        if length > 5 {
            let rectification =
                (length - 4) * (length - 2) * longest / ((longest - 4) * (longest - 2) * length)
            kernel.numbers.weight = (rectification * correction).squareRoot()
        }
        return kernel
    }

    func bounds(after bounds: UpdateBounds, _ place: UpdatePlace) -> UpdateBounds? {
        let numbers = kernel(place).numbers
        return momentBounds(after: bounds, place, isDecoupled: decouplesWeightDecay) { _, mean in
            numbers.rate * mean * max(numbers.weight / smallestDivisor, 1)
        }
    }
}
