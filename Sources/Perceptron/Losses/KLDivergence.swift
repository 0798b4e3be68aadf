/// Σ y·(log y − log p) / rows, for probabilities p and targets y that are distributions
/// (`torch.nn.KLDivLoss(reduction="batchmean")`).
///
/// Its gradient and its options are those of `CrossEntropy`. It is 0 where the two distributions are equal.
public struct KLDivergence: ClassLoss {
    let outputs: ClassOutputs
    let labelSmoothing: Double

    /// Creates the loss.
    ///
    /// - Parameters:
    ///   - outputs: what the model's outputs are.
    ///   - labelSmoothing: the fraction of each row's targets that is spread evenly over the classes, from 0 to 1.
    public init(_ outputs: ClassOutputs = .automatic, labelSmoothing: Double = 0) {
        self.outputs = outputs
        self.labelSmoothing = labelSmoothing
    }

    var kernel: LossKernel { LossKernel(kind: .divergence, form: outputs.form, labelSmoothing: labelSmoothing) }
    var ofLogits: KLDivergence { KLDivergence(.logits, labelSmoothing: labelSmoothing) }
}
