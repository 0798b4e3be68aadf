/// The mean over rows of Σⱼ max(0, margin − (zᵢ − zⱼ)) / classes, for scores z, the row's class i and all other classes
/// j (`torch.nn.MultiMarginLoss`).
///
/// With targets y that are distributions, it is the sum over all i, weighted by y. With class weights it is a weighted
/// mean, as in ``CrossEntropy``; PyTorch's `MultiMarginLoss` divides by the number of rows.
public struct Hinge: KernelLoss {
    /// The margin by which the score of the right class should exceed the others.
    public let margin: Double
    let labelSmoothing: Double

    /// Creates the loss.
    ///
    /// - Parameters:
    ///   - margin: the margin by which the score of the right class should exceed the others; positive.
    ///   - labelSmoothing: the fraction of each row's targets that is spread evenly over the classes, from 0 to 1.
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
