/// The mean over rows of 1 − y·t/(|y|·|t|), for outputs y and targets t: 0 for equal and 2 for opposite directions (1 −
/// `torch.nn.functional.cosine_similarity`).
///
/// Lengths below 10⁻⁸ are replaced by 10⁻⁸.
public struct CosineSimilarity: KernelLoss {
    let kernel = LossKernel(kind: .cosine, parameter: 1e-8)

    /// Creates the loss.
    public init() {}
}
