/// The mean over rows and columns of e²/2β where |e| < β, and |e| − β/2 beyond, for e = output − target
/// (`torch.nn.SmoothL1Loss`); with β = 0 it is `MeanAbsoluteError`.
public struct SmoothL1: ElementLoss {
    /// β, the error at which the loss becomes linear.
    public let beta: Double

    /// Creates the loss; β is not negative.
    public init(beta: Double = 1) { self.beta = beta }

    var kernel: LossKernel { LossKernel(kind: .smoothL1, parameter: beta) }

    public func validate(lastLayer: any Layer, outputFeatures: Int) throws(PerceptronError) {
        try check("beta", beta, beta >= 0, "finite and not negative")
    }
}
