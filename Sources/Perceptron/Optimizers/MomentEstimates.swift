/// What the relatives of Adam have: means of gradients and of their squares.
protocol MomentEstimates: KernelOptimizer {
    /// The decay of the mean of gradients, in [0, 1).
    var beta1: Double { get }
    /// The decay of the mean of squared gradients, in [0, 1).
    var beta2: Double { get }
    /// ε, added to the root of the mean of squares; not negative.
    var epsilon: Double { get }
}

extension MomentEstimates {
    public func validate() throws(PerceptronError) { try validateMoments() }

    func validateMoments() throws(PerceptronError) {
        try check("beta1", beta1, 0..<1)
        try check("beta2", beta2, 0..<1)
        try check(notNegative: "epsilon", epsilon)
    }

    /// A loop with the numbers that all of them have.
    /// - Parameter isDecoupled: whether decay shrinks the parameters, instead of being part of the gradient.
    func momentKernel(
        _ kind: Kernels.OptimizerKind, _ place: UpdatePlace, rate: Double, isDecoupled: Bool
    ) -> OptimizerKernel {
        var kernel = OptimizerKernel(
            kind, rate: rate, shrink: isDecoupled ? 1 - place.learningRate * place.weightDecay : 1,
            decay: isDecoupled ? 0 : place.weightDecay)
        kernel.numbers.beta1 = beta1
        kernel.numbers.beta2 = beta2
        kernel.numbers.epsilon = epsilon
        kernel.numbers.inverse_root = 1 / place.correction(beta2).squareRoot()
        return kernel
    }

    /// What a mean is divided by, at the least.
    var smallestDivisor: Double { min(1, epsilon) }

    /// The mean of gradients is what moves parameters.
    var boundedState: Int? { 0 }

    /// - Parameter move: how far parameters move along a gradient and a mean of gradients that are so large.
    func momentBounds(
        after bounds: UpdateBounds, _ place: UpdatePlace, isDecoupled: Bool,
        move: (_ gradient: Double, _ mean: Double) -> Double
    ) -> UpdateBounds? {
        guard UpdateBounds.canDivide(epsilon: epsilon, decayOfSquares: beta2) else { return nil }
        let gradient = isDecoupled ? bounds.gradients : bounds.decayed(place)
        let mean = beta1 * bounds.state + (1 - beta1) * gradient
        let remaining = isDecoupled ? bounds.shrunk(place) : bounds.parameters
        return UpdateBounds(parameters: remaining + move(gradient, mean), gradients: gradient, state: mean)
    }
}
