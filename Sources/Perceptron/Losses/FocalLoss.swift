/// −Σ y·(1 − p)ᵞ·log p / rows, for probabilities p and targets y: cross-entropy in which well-classified rows count
/// less (Lin et al., "Focal Loss for Dense Object Detection", 2017); with γ = 0 it is ``CrossEntropy``.
///
/// After a final ``Softmax``, ``LogSoftmax`` or ``Sigmoid``, the two are computed together. With `Sigmoid`, or a single
/// output, outputs are independent probabilities, as in ``BinaryCrossEntropy``. `FocalLoss(.logits)` with several
/// outputs is for exclusive classes. Class weights are the paper's α.
public struct FocalLoss: ClassLoss {
    let outputs: ClassOutputs
    /// γ, the focusing parameter.
    public let gamma: Double
    let labelSmoothing: Double
    /// Whether each output is a probability of its own.
    private var isBinary = false

    /// Creates the loss.
    ///
    /// - Parameters:
    ///   - outputs: what the model's outputs are.
    ///   - gamma: γ, not negative; the larger, the less well-classified rows count.
    ///   - labelSmoothing: the fraction of each row's targets that is spread evenly over the classes, from 0 to 1.
    public init(_ outputs: ClassOutputs = .automatic, gamma: Double = 2, labelSmoothing: Double = 0) {
        self.outputs = outputs
        self.gamma = gamma
        self.labelSmoothing = labelSmoothing
    }

    var kernel: LossKernel {
        LossKernel(
            kind: isBinary ? .binary : .classes, form: outputs.form, parameter: gamma, labelSmoothing: labelSmoothing)
    }
    var ofLogits: FocalLoss { FocalLoss(.logits, gamma: gamma, labelSmoothing: labelSmoothing) }

    public func scale(rows: Int, columns: Int) -> Double { 1 / Double(isBinary ? rows * columns : rows) }

    public func fused(with lastLayer: any Layer) -> (any Loss)? {
        guard outputs == .automatic, lastLayer.isSoftmax || lastLayer is Sigmoid else { return nil }
        var fused = ofLogits
        fused.isBinary = lastLayer is Sigmoid
        return fused
    }

    public func validate(lastLayer: any Layer, outputFeatures: Int) throws(PerceptronError) {
        try checkNumbers()
        try check("gamma", gamma, gamma >= 0, "finite and not negative")
        if outputFeatures == 1 { return try checkBinary(lastLayer) }
        try checkLastLayer(
            lastLayer, isRight: lastLayer.isSoftmax || lastLayer is Sigmoid,
            "probabilities, of Softmax, LogSoftmax or Sigmoid", "Softmax()")
    }

    public func expectedTargets(outputFeatures: Int) -> ExpectedTargets {
        ExpectedTargets(columns: outputFeatures, values: isBinary || outputFeatures == 1 ? 0...1 : 0 ... .infinity)
    }

    public func weight<Scalar: BLASScalar>(
        ofTargets targets: TargetView<Scalar>, row: Int, classWeights: [Double]
    ) -> Double {
        isBinary ? targets.weightOfColumns(row, classWeights) : targets.weightOfClass(row, classWeights)
    }
}
