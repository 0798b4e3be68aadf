/// Adam with bias correction (Kingma and Ba 2015), computed as `torch.optim.Adam` does:
///
/// g ← g + λw,  m ← β₁m + (1 − β₁)g,  v ← β₂v + (1 − β₂)g²,  w ← w − η/(1 − β₁ᵗ) · m / (√v/√(1 − β₂ᵗ) + ε).
public struct Adam: MomentEstimates, Equatable {
    /// η, the learning rate.
    public var learningRate: Schedule
    /// The decay of the mean of gradients, in [0, 1).
    public var beta1: Double
    /// The decay of the mean of squared gradients, in [0, 1).
    public var beta2: Double
    /// ε, added after the root; not negative.
    public var epsilon: Double
    /// λ, as part of the gradient; `AdamW` decays separately.
    public var weightDecay: Double
    /// Whether v is the maximum so far (Reddi et al. 2018).
    public var amsgrad: Bool

    /// Creates the optimizer; the properties explain the arguments.
    public init(
        learningRate: Schedule = 0.001, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8,
        weightDecay: Double = 0, amsgrad: Bool = false
    ) {
        self.learningRate = learningRate
        self.beta1 = beta1
        self.beta2 = beta2
        self.epsilon = epsilon
        self.weightDecay = weightDecay
        self.amsgrad = amsgrad
    }

    public var stateVectors: Int { amsgrad ? 3 : 2 }

    func kernel(_ place: UpdatePlace) -> OptimizerKernel {
        momentKernel(.adam, place, rate: place.learningRate / place.correction(beta1), isDecoupled: false)
    }

    func bounds(after bounds: UpdateBounds, _ place: UpdatePlace) -> UpdateBounds? {
        let rate = place.learningRate / place.correction(beta1)
        return momentBounds(after: bounds, place, isDecoupled: false) { _, mean in rate * mean / smallestDivisor }
    }
}
