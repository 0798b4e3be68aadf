/// The mean over rows and columns of e²/2 where |e| ≤ δ, and δ·(|e| − δ/2) beyond, for e = output − target
/// (`torch.nn.HuberLoss`).
public struct Huber: ElementLoss {
    /// δ, the error at which the loss becomes linear.
    public let delta: Double

    /// Creates the loss; δ is positive.
    public init(delta: Double = 1) { self.delta = delta }

    var kernel: LossKernel { LossKernel(kind: .huber, parameter: delta) }

    public func validate(lastLayer: any Layer, outputFeatures: Int) throws(PerceptronError) {
        try check("delta", delta, delta > 0, "positive and finite")
    }
}
