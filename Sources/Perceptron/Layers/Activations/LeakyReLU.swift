/// `x > 0 ? x : negativeSlope·x`, element by element; the derivative at 0 is the slope (`torch.nn.LeakyReLU`).
public struct LeakyReLU: InPlaceElementwiseLayer, Codable {
    /// The slope for x ≤ 0.
    public let negativeSlope: Double

    /// Creates the layer.
    ///
    /// - Parameter negativeSlope: the slope for x ≤ 0, at least 0.
    public init(negativeSlope: Double = 0.01) { self.negativeSlope = negativeSlope }

    package var formula: Formula {
        .choice(.x, above: 0, then: .x, otherwise: .number(negativeSlope, name: "negativeSlope") * .x)
    }
    package var kernel: ActivationKernel { ActivationKernel(.leakyReLU, negativeSlope) }

    public func outputFeatures(forInputFeatures features: Int) throws(PerceptronError) -> Int {
        guard negativeSlope.isFinite, negativeSlope >= 0 else {
            throw .invalidArchitecture("the negative slope is \(negativeSlope); it must be finite and not negative")
        }
        return features
    }
}
