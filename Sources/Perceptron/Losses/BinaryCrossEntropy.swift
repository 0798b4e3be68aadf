/// The mean over rows and columns of −(y·log p + (1 − y)·log(1 − p)), for probabilities p and targets y from 0 to 1
/// (`torch.nn.BCELoss`).
///
/// A single output is the probability of class 1 of two classes, and targets may be the classes 0 and 1. Several
/// outputs are independent probabilities (multi-label classification). After a final ``Sigmoid``, the two are computed
/// together from the logits (`torch.nn.BCEWithLogitsLoss`); `BinaryCrossEntropy(.logits)` is the same for a model that
/// ends in logits. Label smoothing ε replaces y by (1 − ε)·y + ε/2. Class weights are those of class 0 and class 1 for
/// a single output, and one for each of several outputs; the mean is weighted by them.
public struct BinaryCrossEntropy: ClassLoss {
    let outputs: ClassOutputs
    let labelSmoothing: Double

    /// Creates the loss.
    ///
    /// - Parameters:
    ///   - outputs: what the model's outputs are; not log-probabilities.
    ///   - labelSmoothing: ε, the fraction of each target that is spread evenly over 0 and 1, from 0 to 1.
    public init(_ outputs: ClassOutputs = .automatic, labelSmoothing: Double = 0) {
        self.outputs = outputs
        self.labelSmoothing = labelSmoothing
    }

    var kernel: LossKernel { LossKernel(kind: .binary, form: outputs.form, labelSmoothing: labelSmoothing) }
    var ofLogits: BinaryCrossEntropy { BinaryCrossEntropy(.logits, labelSmoothing: labelSmoothing) }

    public func scale(rows: Int, columns: Int) -> Double { 1 / (Double(rows) * Double(columns)) }

    public func fused(with lastLayer: any Layer) -> (any Loss)? {
        outputs == .automatic && lastLayer is Sigmoid ? ofLogits : nil
    }

    public func validate(lastLayer: any Layer, outputFeatures: Int) throws(PerceptronError) {
        try checkNumbers()
        try checkBinary(lastLayer)
    }

    public func expectedTargets(outputFeatures: Int) -> ExpectedTargets {
        ExpectedTargets(columns: outputFeatures, values: 0...1)
    }

    public func weight<Scalar: BLASScalar>(
        ofTargets targets: TargetView<Scalar>, row: Int, classWeights: [Double]
    ) -> Double {
        targets.weightOfColumns(row, classWeights)
    }
}
