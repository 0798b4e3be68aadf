/// What the relatives of Adam have: means of gradients and of their squares.
protocol MomentEstimates: KernelOptimizer {
    /// The decay of the mean of gradients, in [0, 1).
    var beta1: Double { get }
    /// The decay of the mean of squared gradients, in [0, 1).
    var beta2: Double { get }
    /// What is added to the root of the mean of squares; not negative.
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

    /// Whether a step of Adam can't make parameters infinite: with usual numbers η/(1 − β₁) · m can't overflow, |m| is at
    /// most some √v, and ε is not lost beside a v of 0.
    var movesAreBounded: Bool {
        learningRate.constantRate ?? .infinity <= 1 - beta1 && beta1 * beta1 < beta2 && epsilon >= 1e-20
    }
}
