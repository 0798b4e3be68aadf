/// The pinball loss: the mean over rows and outputs of max(τ·e, (τ − 1)·e), for e = target − output. The output for τ
/// then predicts the τ-quantile of the target (Koenker and Bassett, "Regression Quantiles", 1978).
///
/// Each column of targets has one output for each quantile: first those of the first column, in the order of
/// `quantiles`.
public struct Quantile: ElementLoss {
    /// The quantiles τ, in the order of the outputs.
    public let quantiles: [Double]

    /// Creates the loss.
    ///
    /// - Parameter quantiles: each between 0 and 1, at least one.
    public init(_ quantiles: [Double]) { self.quantiles = quantiles }

    var kernel: LossKernel { LossKernel(kind: .quantile, parameters: quantiles) }

    public func validate(lastLayer: any Layer, outputFeatures: Int) throws(PerceptronError) {
        guard !quantiles.isEmpty else {
            throw .invalidArgument("Quantile: there are no quantiles; at least 1 is needed")
        }
        for quantile in quantiles {
            try check("a quantile", quantile, quantile > 0 && quantile < 1, "above 0 and below 1")
        }
        guard outputFeatures.isMultiple(of: quantiles.count) else {
            throw .invalidArchitecture(
                "Quantile takes \(counted(quantiles.count, "output")) for each column of targets, one for each quantile; "
                    + "the model has \(outputFeatures)")
        }
    }

    public func expectedTargets(outputFeatures: Int) -> ExpectedTargets {
        ExpectedTargets(columns: outputFeatures / max(1, quantiles.count), takesClasses: false)
    }
}
