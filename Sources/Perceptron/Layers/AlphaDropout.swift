/// Dropout for use after ``SELU``, which keeps mean 0 and variance 1: in training, each number x becomes α′ with
/// probability p, and then all numbers become a·x + b; in prediction, numbers are unchanged (Klambauer et al. 2017;
/// `torch.nn.AlphaDropout`).
///
/// α′ = −1.7580993408473766 is the limit of SELU at −∞, a = ((1 − p)(1 + p·α′²))^(−½), b = −a·α′·p.
public struct AlphaDropout: NoiseLayer, Codable {
    /// p, the probability.
    public let probability: Double

    /// Creates the layer.
    ///
    /// - Parameter probability: p, at least 0 and below 1.
    public init(_ probability: Double = 0.5) { self.probability = probability }

    private static let saturation = -1.7580993408473766
    private var scale: Double {
        1 / ((1 - probability) * (1 + probability * Self.saturation * Self.saturation)).squareRoot()
    }

    public func outputFeatures(forInputFeatures features: Int) throws(PerceptronError) -> Int {
        try Dropout.check(probability)
        return features
    }

    package func noise(at _: Double) -> Noise {
        let shift = -scale * Self.saturation * probability
        return .dropout(
            probability: probability, scale: scale, shift: shift, dropped: scale * Self.saturation + shift)
    }

    package func gradientScale(at _: Double) -> Double? { scale }
}
