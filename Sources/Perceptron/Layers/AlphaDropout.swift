/// Dropout behind ``SELU``, which keeps mean 0 and variance 1: in training each number becomes α′ with probability p, and
/// all of them then a·x + b; in prediction nothing happens (Klambauer et al. 2017; `torch.nn.AlphaDropout`).
///
/// α′ = −1.7580993408473766 is what SELU tends to, a = ((1 − p)(1 + p·α′²))^(−½), b = −a·α′·p.
public struct AlphaDropout: Layer, Codable {
    public let probability: Double

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

    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    public func forward<Scalar: BLASScalar>(_ pass: inout ForwardPass<Scalar>) {
        let (input, columns) = (pass.input.columns(pass.columns), pass.columns)
        guard let random = pass.random else { return Kernels.copy(input, into: &pass.output) }
        let shift = -scale * Self.saturation * probability
        Kernels.dropout(
            input, random, firstColumn: columns.lowerBound, probability: probability, scale: scale, shift: shift,
            dropped: scale * Self.saturation + shift, into: &pass.output)
    }

    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    public func backward<Scalar: BLASScalar>(_ pass: inout BackwardPass<Scalar>) {
        Dropout.backward(&pass, probability: probability, scale: scale)
    }

    public var treatsRowsApart: Bool { true }
    public var treatsColumnsApart: Bool { true }
    public var readsOutputInBackward: Bool { false }
    public var actsInTrainingAlone: Bool { true }
}
