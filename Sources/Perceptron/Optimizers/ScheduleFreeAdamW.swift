/// AdamW without a learning-rate schedule: it predicts with an average of its iterates (Defazio et al. 2024, "The road
/// less scheduled").
///
/// Gradients are taken at y = (1 − β₁)z + β₁x: v ← β₂v + (1 − β₂)g²,  d = g/(√v/√(1 − β₂ᵗ) + ε) + λy,  z ← z − ηd,
/// x ← (1 − c)x + cz, where c is the update's part of Σ tʳ · (largest η so far)ᵖ. The trainer's model, validation and
/// predictions have x, as the authors' `eval()` does.
public struct ScheduleFreeAdamW: MomentEstimates, Equatable {
    /// η; constant, or after a warm-up.
    public var learningRate: Schedule
    /// β₁, the weight of the average x in y, in (0, 1).
    public var beta1: Double
    /// The decay of the mean of squared gradients, in [0, 1).
    public var beta2: Double
    /// ε; not negative.
    public var epsilon: Double
    /// λ, the weight decay.
    public var weightDecay: Double
    /// r, the power of the update's number in its weight in the average; not negative.
    public var numberPower: Double
    /// p, the power of the largest learning rate so far in that weight; not negative.
    public var ratePower: Double

    /// Creates the optimizer; the properties explain the arguments.
    public init(
        learningRate: Schedule = 0.0025, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8,
        weightDecay: Double = 0, numberPower: Double = 0, ratePower: Double = 2
    ) {
        self.learningRate = learningRate
        self.beta1 = beta1
        self.beta2 = beta2
        self.epsilon = epsilon
        self.weightDecay = weightDecay
        self.numberPower = numberPower
        self.ratePower = ratePower
    }

    /// v and z.
    public var stateVectors: Int { 2 }
    /// The largest rate so far, the sum of weights, and the last update's part of it.
    public var stateNumbers: Int { 3 }
    public var predictsElsewhere: Bool { true }

    public func validate() throws(PerceptronError) {
        try validateMoments()
        guard beta1 > 0 else {
            throw .invalidArgument("ScheduleFreeAdamW: beta1 is \(beta1); it must be above 0 and below 1")
        }
        try check(notNegative: "number power", numberPower)
        try check(notNegative: "rate power", ratePower)
    }

    public func beginUpdate(_ numbers: inout [Double], step: Int, learningRate: Double) {
        numbers[0] = max(numbers[0], learningRate)
        let weight = power(Double(step), numberPower) * power(numbers[0], ratePower)
        numbers[1] += weight
        numbers[2] = numbers[1] > 0 ? weight / numbers[1] : 0
    }

    func kernel(_ place: UpdatePlace) -> OptimizerKernel {
        var kernel = momentKernel(.scheduleFree, place, rate: place.learningRate, isDecoupled: false)
        kernel.numbers.weight = place.numbers[2]
        return kernel
    }

    public func update<Scalar: BLASScalar>(_ update: inout ParameterUpdate<Scalar>) {
        if update.step == 1 { moveFromPrediction(&update) }
        applyKernel(to: &update)
    }

    /// x = z + (y − z)/β₁.
    public func moveToPrediction<Scalar: BLASScalar>(_ update: inout ParameterUpdate<Scalar>) {
        let z = update.state(1)
        Kernels.combine(1 / beta1, &update.parameters, 1 - 1 / beta1, z.span)
    }

    /// z = x, where y is the same.
    public func moveFromPrediction<Scalar: BLASScalar>(_ update: inout ParameterUpdate<Scalar>) {
        var z = update.state(1)
        Kernels.combine(1, update.parameters.span, 0, update.parameters.span, into: &z)
    }

    /// z.
    var boundedState: Int? { 1 }

    func bounds(after bounds: UpdateBounds, _ place: UpdatePlace) -> UpdateBounds? {
        guard UpdateBounds.canDivide(epsilon: epsilon, decayOfSquares: beta2) else { return nil }
        let move = bounds.gradients / smallestDivisor + place.weightDecay * bounds.parameters
        // Before the first update z is y.
        let most = max(bounds.state, bounds.parameters) + place.learningRate * move
        return UpdateBounds(parameters: most, gradients: move, state: most)
    }
}
