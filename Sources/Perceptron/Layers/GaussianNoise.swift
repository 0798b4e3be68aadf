/// In training a normal number of mean 0 is added to each; in prediction nothing happens (Keras's `GaussianNoise`).
///
/// The noise follows from the model's seed, the update, the layer, row and column.
public struct GaussianNoise: NoiseLayer, Codable {
    /// σ.
    public let standardDeviation: Double

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
    package func gradientNoise(at _: Double) -> Noise? { nil }
}
