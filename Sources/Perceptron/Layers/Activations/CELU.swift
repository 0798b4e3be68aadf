/// `x > 0 ? x : alpha·expm1(x / alpha)`, element by element (Barron 2017; `torch.nn.CELU`).
///
/// expm1(x) is eˣ − 1. The derivative for x ≤ 0 is computed from the output, as 1 + y/α.
public struct CELU: InPlaceElementwiseLayer, Codable {
    /// α; the output tends to −α for large negative x.
    public let alpha: Double

    /// Creates the layer.
    ///
    /// - Parameter alpha: α, more than 0; the output tends to −α for large negative x.
    public init(alpha: Double = 1) { self.alpha = alpha }

    package var formula: Formula {
        let alpha = Formula.number(alpha, name: "alpha")
        return .choice(.x, above: 0, then: .x, otherwise: alpha * .exponentialMinusOne(.x / alpha))
    }
    package var kernel: ActivationKernel { ActivationKernel(.celu, alpha) }

    public func outputFeatures(forInputFeatures features: Int) throws(PerceptronError) -> Int {
        guard alpha.isFinite, alpha > 0 else {
            throw .invalidArchitecture("alpha is \(alpha); it must be finite and more than 0")
        }
        return features
    }
}
