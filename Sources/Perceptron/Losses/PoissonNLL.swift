/// The mean over rows and columns of eᶻ − y·z, for counts y and outputs z that are the logarithms of their expected values
/// (`torch.nn.PoissonNLLLoss`).
public struct PoissonNLL: ElementLoss {
    let kernel = LossKernel(kind: .poisson)

    /// Creates the loss.
    public init() {}

    public func outputFunction(lastLayer _: any Layer, outputFeatures _: Int) -> OutputFunction { .exponential }

    public func expectedTargets(outputFeatures: Int) -> ExpectedTargets {
        ExpectedTargets(columns: outputFeatures, values: 0 ... .infinity)
    }
}
