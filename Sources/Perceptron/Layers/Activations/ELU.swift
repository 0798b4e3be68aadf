/// `x > 0 ? x : alpha·expm1(x)`, element by element (Clevert et al. 2016; `torch.nn.ELU`).
///
/// expm1(x) is eˣ − 1. The derivative for x ≤ 0 is computed from the output, as y + α.
public struct ELU: InPlaceElementwiseLayer, Codable {
    /// α; the output tends to −α for large negative x.
    public let alpha: Double

    /// Creates the layer.
    ///
    /// - Parameter alpha: α, at least 0; the output tends to −α for large negative x.
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
