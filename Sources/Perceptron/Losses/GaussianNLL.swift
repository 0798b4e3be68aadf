#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The mean over rows and targets y of (log σ² + (y − μ)²/σ²) / 2, for predicted means μ and variances σ²
/// (`torch.nn.GaussianNLLLoss`).
///
/// The outputs are the means of all targets, followed by the logarithms of their variances: twice as many as targets. A
/// variance below `epsilon` is replaced by `epsilon`, with gradient 0.
public struct GaussianNLL: KernelLoss {
    /// The least variance.
    public let epsilon: Double

    /// Creates the loss; `epsilon`, the least variance, is positive.
    public init(epsilon: Double = 1e-6) { self.epsilon = epsilon }

    var kernel: LossKernel { LossKernel(kind: .gaussian, parameter: log(epsilon)) }

    public func scale(rows: Int, columns: Int) -> Double { 2 / (Double(rows) * Double(columns)) }

    public func validate(lastLayer: any Layer, outputFeatures: Int) throws(PerceptronError) {
        try check("epsilon", epsilon, epsilon > 0, "positive and finite")
        guard outputFeatures.isMultiple(of: 2) else {
            throw .invalidArchitecture(
                "GaussianNLL takes two outputs for each column of targets, its mean and the logarithm of its variance; "
                    + "the model has \(outputFeatures)")
        }
    }

    public func expectedTargets(outputFeatures: Int) -> ExpectedTargets {
        ExpectedTargets(columns: outputFeatures / 2, takesClasses: false)
    }
}
