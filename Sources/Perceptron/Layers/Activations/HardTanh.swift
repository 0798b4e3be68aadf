/// `min(max(x, minimum), maximum)`, element by element; the derivative at both is 0 (`torch.nn.Hardtanh`).
///
/// ReLU6 is `HardTanh(minimum: 0, maximum: 6)`.
public struct HardTanh: InPlaceElementwiseLayer, Codable {
    /// The least output.
    public let minimum: Double
    /// The greatest output.
    public let maximum: Double

    /// Creates the layer.
    ///
    /// - Parameters:
    ///   - minimum: the least output.
    ///   - maximum: the greatest output, above the minimum.
    public init(minimum: Double = -1, maximum: Double = 1) {
        self.minimum = minimum
        self.maximum = maximum
    }

    package var formula: Formula {
        .minimum(.maximum(.x, .number(minimum, name: "minimum")), .number(maximum, name: "maximum"))
    }
    package var kernel: ActivationKernel { ActivationKernel(.hardTanh, minimum, maximum) }

    public func outputFeatures(forInputFeatures features: Int) throws(PerceptronError) -> Int {
        guard minimum.isFinite, maximum.isFinite, minimum < maximum else {
            throw .invalidArchitecture(
                "the minimum is \(minimum), the maximum \(maximum); both must be finite, and the minimum must be "
                    + "smaller"
            )
        }
        return features
    }
}
