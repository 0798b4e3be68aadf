/// Adam with decoupled weight decay (Loshchilov and Hutter 2019), computed as `torch.optim.AdamW` does: w ← (1 − ηλ)w,
/// then a step of Adam.
///
/// Only weights decay, not biases or the parameters of normalisation. `.grouped(.biases(weightDecay: 0.01))` makes
/// biases decay too, as PyTorch does by default.
public struct AdamW: MomentEstimates, Equatable {
    /// η, the learning rate.
    public var learningRate: Schedule
    /// The decay of the mean of gradients, in [0, 1).
    public var beta1: Double
    /// The decay of the mean of squared gradients, in [0, 1).
    public var beta2: Double
    /// ε, added after the root; not negative.
    public var epsilon: Double
    /// λ, the weight decay.
    public var weightDecay: Double
    /// How λ fades during training.
    public var decayFading: Fading
    /// Whether the mean of squares is the maximum so far.
    public var amsgrad: Bool

    /// Creates the optimizer; the properties explain the arguments.
    public init(
        learningRate: Schedule = 0.001, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8,
        weightDecay: Double = 0.01, decayFading: Fading = .none, amsgrad: Bool = false
    ) {
        self.learningRate = learningRate
        self.beta1 = beta1
        self.beta2 = beta2
        self.epsilon = epsilon
        self.weightDecay = weightDecay
        self.decayFading = decayFading
        self.amsgrad = amsgrad
    }

    public var stateVectors: Int { amsgrad ? 3 : 2 }

    func kernel(_ place: UpdatePlace) -> OptimizerKernel {
        momentKernel(.adam, place, rate: place.learningRate / place.correction(beta1), isDecoupled: true)
    }

    func bounds(after bounds: UpdateBounds, _ place: UpdatePlace) -> UpdateBounds? {
        let rate = place.learningRate / place.correction(beta1)
        return momentBounds(after: bounds, place, isDecoupled: true) { _, mean in rate * mean / smallestDivisor }
    }
}
