/// −Σ y·log p / rows, for probabilities p and targets y: one-hot, soft, or the index of a class for each row
/// (`torch.nn.CrossEntropyLoss`).
///
/// After a final ``Softmax`` or ``LogSoftmax``, the two are computed together from the logits z: log p = z − log Σ eᶻ,
/// with gradient (Σy·p − y)/rows. `CrossEntropy(.logits)` is the same for a model that ends in logits. With class
/// weights w it is −Σ w·y·log p / Σ w·y. Label smoothing ε replaces y by (1 − ε)·y + ε/classes in the numerator.
public struct CrossEntropy: ClassLoss {
    let outputs: ClassOutputs
    let labelSmoothing: Double

    /// Creates the loss.
    ///
    /// - Parameters:
    ///   - outputs: what the model's outputs are.
    ///   - labelSmoothing: ε, the fraction of each row's targets that is spread evenly over the classes, from 0 to 1.
    public init(_ outputs: ClassOutputs = .automatic, labelSmoothing: Double = 0) {
        self.outputs = outputs
        self.labelSmoothing = labelSmoothing
    }

    var kernel: LossKernel { LossKernel(kind: .classes, form: outputs.form, labelSmoothing: labelSmoothing) }
    var ofLogits: CrossEntropy { CrossEntropy(.logits, labelSmoothing: labelSmoothing) }
}
