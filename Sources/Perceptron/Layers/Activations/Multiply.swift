/// `factor·x`, element by element.
public struct Multiply: InPlaceElementwiseLayer, Codable {
    /// The factor.
    public let factor: Double

    /// Creates the layer.
    ///
    /// - Parameter factor: a finite number.
    public init(by factor: Double) { self.factor = factor }

    package var formula: Formula { .number(factor, name: "factor") * .x }
    package var kernel: ActivationKernel { ActivationKernel(.multiply, factor) }

    public func outputFeatures(forInputFeatures features: Int) throws(PerceptronError) -> Int {
        guard factor.isFinite else { throw .invalidArchitecture("the factor is \(factor); it must be finite") }
        return features
    }
}
