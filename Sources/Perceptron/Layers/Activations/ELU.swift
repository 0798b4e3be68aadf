/// `x > 0 ? x : alpha·expm1(x)`, element by element (Clevert et al. 2016; `torch.nn.ELU`).
///
/// expm1(x) is eˣ − 1. The derivative where x ≤ 0, y + α, is taken from the output.
public struct ELU: InPlaceElementwiseLayer, Codable {
    /// α.
    public let alpha: Double

    /// Creates the layer.
    ///
    /// - Parameter alpha: from 0; what the output tends to for large negative x is −α.
    public init(alpha: Double = 1) { self.alpha = alpha }

    package var formula: Formula {
        .choice(.x, above: 0, then: .x, otherwise: .number(alpha, name: "alpha") * .exponentialMinusOne(.x))
    }
    package var kernel: ActivationKernel { ActivationKernel(.elu, alpha, 1) }

    public func outputFeatures(forInputFeatures features: Int) throws(PerceptronError) -> Int {
        guard alpha.isFinite, alpha >= 0 else {
            throw .invalidArchitecture("alpha is \(alpha); it must be finite and not negative")
        }
        return features
    }
}
