/// −Σ y·log p / rows, for probabilities p and targets y: one-hot, soft, or the index of a class for each row.
///
/// The probabilities are clipped to [10⁻¹², 1]; outside, the gradient is 0, as is that of the clipped loss. Behind a
/// final `Softmax` the two are computed as one from the logits z: log p = z − log Σ eᶻ without a clip, gradient
/// (Σy · p − y) / rows (`torch.nn.CrossEntropyLoss`).
public struct CrossEntropy: Loss {
    public init() {}

    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    public func evaluate<Scalar: BLASScalar>(
        outputs: MatrixView<Scalar>, targets: TargetView<Scalar>, scale: Double,
        gradient: inout MutableMatrixView<Scalar>
    ) -> Double {
        Kernels.loss(
            .crossEntropy(Scalar.self), outputs: outputs, targets: targets, scale: scale, gradient: &gradient)
    }

    public func fused(with lastLayer: any Layer) -> (any Loss)? {
        lastLayer is Softmax ? SoftmaxCrossEntropy() : nil
    }
}

/// Cross-entropy of the softmax of logits.
private struct SoftmaxCrossEntropy: Loss {
    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    func evaluate<Scalar: BLASScalar>(
        outputs logits: MatrixView<Scalar>, targets: TargetView<Scalar>, scale: Double,
        gradient: inout MutableMatrixView<Scalar>
    ) -> Double {
        Kernels.loss(
            .softmaxCrossEntropy(Scalar.self), outputs: logits, targets: targets, scale: scale, gradient: &gradient)
    }
}
