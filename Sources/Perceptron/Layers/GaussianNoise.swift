/// Adds N(0, σ²) to each number in training; in prediction, numbers are unchanged (Keras's `GaussianNoise`).
///
/// The model's seed, the update, the layer, the row and the column decide the noise.
public struct GaussianNoise: NoiseLayer, Codable {
    /// σ, the standard deviation.
    public let standardDeviation: Double

    /// Creates the layer.
    ///
    /// - Parameter standardDeviation: σ, not negative.
    public init(_ standardDeviation: Double) { self.standardDeviation = standardDeviation }

    public func outputFeatures(forInputFeatures features: Int) throws(PerceptronError) -> Int {
        guard standardDeviation >= 0, standardDeviation.isFinite else {
            throw .invalidArchitecture(
                "the standard deviation is \(standardDeviation); it must be finite and not negative")
        }
        return features
    }

    package func noise(at _: Double) -> Noise { .normal(deviation: standardDeviation) }
    package func gradientScale(at _: Double) -> Double? { nil }
}
