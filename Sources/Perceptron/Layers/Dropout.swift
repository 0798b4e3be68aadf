/// In training each number becomes 0 with probability p, and is divided by 1 − p else; in prediction nothing happens
/// (Srivastava et al. 2014; `torch.nn.Dropout`).
///
/// Which numbers are dropped follows from the model's seed, the update, the layer, row and column.
public struct Dropout: Layer, Codable {
    public let probability: Double
    /// How p fades over a run of training.
    public let fading: Fading

    /// - Parameters:
    ///   - probability: p, at least 0 and below 1.
    ///   - fading: how p fades over a run of training.
    public init(_ probability: Double = 0.5, fading: Fading = .none) {
        self.probability = probability
        self.fading = fading
    }

    public func outputFeatures(forInputFeatures features: Int) throws(PerceptronError) -> Int {
        try Dropout.check(probability)
        return features
    }

    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    public func forward<Scalar: BLASScalar>(_ pass: inout ForwardPass<Scalar>) {
        let (input, columns) = (pass.input.columns(pass.columns), pass.columns)
        guard let random = pass.random else { return Kernels.copy(input, into: &pass.output) }
        let probability = probability(random)
        Kernels.dropout(
            input, random, firstColumn: columns.lowerBound, probability: probability, scale: 1 / (1 - probability),
            into: &pass.output)
    }

    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    public func backward<Scalar: BLASScalar>(_ pass: inout BackwardPass<Scalar>) {
        let probability = pass.random.map(probability) ?? 0
        Dropout.backward(&pass, probability: probability, scale: 1 / (1 - probability))
    }

    /// p where training is.
    private func probability(_ random: RandomField) -> Double { probability * fading.factor(at: random.progress) }

    public var treatsRowsApart: Bool { true }
    public var treatsColumnsApart: Bool { true }
    public var readsOutputInBackward: Bool { false }
    public var actsInTrainingAlone: Bool { true }

    /// Throws unless a layer can drop numbers with that probability.
    static func check(_ probability: Double) throws(PerceptronError) {
        guard probability >= 0, probability < 1 else {
            throw .invalidArchitecture("the probability is \(probability); it must be at least 0 and below 1")
        }
    }

    /// The gradient of what was kept, times `scale`: the mask is made anew.
    @inline(__always)
    static func backward<Scalar: BLASScalar>(_ pass: inout BackwardPass<Scalar>, probability: Double, scale: Double) {
        let (gradient, columns) = (pass.outputGradient.columns(pass.columns), pass.columns)
        guard let random = pass.random else { return Kernels.copy(gradient, into: &pass.inputGradient) }
        Kernels.dropout(
            gradient, random, firstColumn: columns.lowerBound, probability: probability, scale: scale,
            into: &pass.inputGradient)
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
