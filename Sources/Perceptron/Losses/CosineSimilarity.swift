/// The mean over rows of 1 − y·t / (|y|·|t|), for outputs y and targets t: how far apart their directions are, from 0
/// to 2 (1 − `torch.nn.functional.cosine_similarity`).
///
/// A length below 10⁻⁸ counts as that.
public struct CosineSimilarity: KernelLoss {
    let kernel = LossKernel(kind: .cosine, parameter: 1e-8)

    /// Creates the loss.
    public init() {}
}
