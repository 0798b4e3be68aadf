/// Σ |output − target| / (rows · columns) (`torch.nn.L1Loss`); the gradient where they are equal is 0.
public struct MeanAbsoluteError: ElementLoss {
    let kernel = LossKernel(kind: .absolute)

    /// Creates the loss.
    public init() {}
}
