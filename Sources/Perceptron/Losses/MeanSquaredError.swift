/// Σ (output − target)² / (rows · columns); gradient 2/(rows · columns) · (output − target) (`torch.nn.MSELoss`).
public struct MeanSquaredError: ElementLoss {
    let kernel = LossKernel(kind: .squared)

    /// Creates the loss.
    public init() {}
}
