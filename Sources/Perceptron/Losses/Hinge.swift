/// Σ max(0, margin − (z of the row's class − z of another)) / classes, over the other classes, for scores z; the mean over
/// rows (`torch.nn.MultiMarginLoss`).
///
/// With targets y that are not classes it is the sum over classes, weighted by y. Weights of classes divide the mean,
/// as in `CrossEntropy`; PyTorch's `MultiMarginLoss` divides by the rows.
public struct Hinge: KernelLoss {
    /// By how much the score of the right class is to be above the others.
    public let margin: Double
    let labelSmoothing: Double

    /// Creates the loss.
    ///
    /// - Parameters:
    ///   - margin: by how much the score of the right class is to be above all others; positive.
    ///   - labelSmoothing: the part of each row's targets that is spread evenly over the classes, from 0 to 1.
    public init(margin: Double = 1, labelSmoothing: Double = 0) {
        self.margin = margin
        self.labelSmoothing = labelSmoothing
    }

    var kernel: LossKernel { LossKernel(kind: .hinge, parameter: margin, labelSmoothing: labelSmoothing) }

    public var weighsClasses: Bool { true }

    public func validate(lastLayer: any Layer, outputFeatures: Int) throws(PerceptronError) {
        try check("margin", margin, margin > 0, "positive and finite")
        try check("label smoothing", labelSmoothing, labelSmoothing >= 0 && labelSmoothing <= 1, "from 0 to 1")
        guard outputFeatures > 1 else {
            throw .invalidArchitecture("Hinge takes one output for each class, at least 2; the model has 1")
        }
        guard !lastLayer.isSoftmax, !(lastLayer is Sigmoid) else {
            let last = "\(type(of: lastLayer))"
            throw .invalidArchitecture(
                "Hinge takes scores of any size; the model ends in \(last): leave \(last) out, or use CrossEntropy()")
        }
    }

    public func expectedTargets(outputFeatures: Int) -> ExpectedTargets {
        ExpectedTargets(columns: outputFeatures, values: 0 ... .infinity)
    }
}
