/// −Σ y·log p / rows, for probabilities p and targets y: one-hot, soft, or the index of a class for each row
/// (`torch.nn.CrossEntropyLoss`).
///
/// Behind a final `Softmax` or `LogSoftmax` the two are computed as one from the logits z: log p = z − log Σ eᶻ, gradient
/// (Σy · p − y) / rows. `CrossEntropy(.logits)` is the same for a model that ends in its logits. With weights w of classes it
/// is −Σ w·y·log p / Σ w·y; label smoothing ε makes (1 − ε)·y + ε/classes of y in the sum above.
public struct CrossEntropy: ClassLoss {
    let outputs: ClassOutputs
    let labelSmoothing: Double

    /// Creates the loss.
    ///
    /// - Parameters:
    ///   - outputs: what the model gives.
    ///   - labelSmoothing: the part of each row's targets that is spread evenly over the classes, from 0 to 1.
    public init(_ outputs: ClassOutputs = .automatic, labelSmoothing: Double = 0) {
        self.outputs = outputs
        self.labelSmoothing = labelSmoothing
    }

    var kernel: LossKernel { LossKernel(kind: .classes, form: outputs.form, labelSmoothing: labelSmoothing) }
    var ofLogits: CrossEntropy { CrossEntropy(.logits, labelSmoothing: labelSmoothing) }
}
