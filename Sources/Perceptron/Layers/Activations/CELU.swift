/// `x > 0 ? x : alpha·expm1(x / alpha)`, element by element (Barron 2017; `torch.nn.CELU`).
///
/// expm1(x) is eˣ − 1. The derivative where x ≤ 0, 1 + y/α, is taken from the output.
public struct CELU: InPlaceElementwiseLayer, Codable {
    /// α.
    public let alpha: Double

    /// Creates the layer.
    ///
    /// - Parameter alpha: more than 0; what the output tends to for large negative x is −α.
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
