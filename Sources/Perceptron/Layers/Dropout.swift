/// In training, each number becomes 0 with probability p, and is otherwise divided by 1 − p; in prediction, numbers are
/// unchanged (Srivastava et al. 2014; `torch.nn.Dropout`).
///
/// The model's seed, the update, the layer, the row and the column decide what is dropped.
public struct Dropout: NoiseLayer, Codable {
    /// p, the probability.
    public let probability: Double
    /// How p fades during training.
    public let fading: Fading

    /// Creates the layer.
    ///
    /// - Parameters:
    ///   - probability: p, at least 0 and below 1.
    ///   - fading: how p fades during training.
    public init(_ probability: Double = 0.5, fading: Fading = .none) {
        self.probability = probability
        self.fading = fading
    }

    public func outputFeatures(forInputFeatures features: Int) throws(PerceptronError) -> Int {
        try Dropout.check(probability)
        return features
    }

    package func noise(at progress: Double) -> Noise {
        let probability = probability(at: progress)
        return .dropout(probability: probability, scale: 1 / (1 - probability))
    }

    package func gradientScale(at progress: Double) -> Double? { 1 / (1 - probability(at: progress)) }

    private func probability(at progress: Double) -> Double { probability * fading.factor(at: progress) }

    /// Throws unless a layer can drop numbers with that probability.
    static func check(_ probability: Double) throws(PerceptronError) {
        guard probability >= 0, probability < 1 else {
            throw .invalidArchitecture("the probability is \(probability); it must be at least 0 and below 1")
        }
    }
}

/// Files have the fading only where there is one.
extension Dropout {
    private enum CodingKeys: String, CodingKey { case probability, fading }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            try container.decode(Double.self, forKey: .probability),
            fading: try container.decodeIfPresent(Fading.self, forKey: .fading) ?? .none)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(probability, forKey: .probability)
        if fading != .none { try container.encode(fading, forKey: .fading) }
    }
}
