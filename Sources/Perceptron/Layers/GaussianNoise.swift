/// In training a normal number of mean 0 is added to each; in prediction nothing happens (Keras's `GaussianNoise`).
///
/// The noise follows from the model's seed, the update, the layer, row and column.
public struct GaussianNoise: Layer, Codable {
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

    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    public func forward<Scalar: BLASScalar>(_ pass: inout ForwardPass<Scalar>) {
        let (input, columns) = (pass.input.columns(pass.columns), pass.columns)
        guard let random = pass.random else { return Kernels.copy(input, into: &pass.output) }
        Kernels.addNoise(
            input, random, firstColumn: columns.lowerBound, deviation: standardDeviation, into: &pass.output)
    }

    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    public func backward<Scalar: BLASScalar>(_ pass: inout BackwardPass<Scalar>) {
        Kernels.copy(pass.outputGradient.columns(pass.columns), into: &pass.inputGradient)
    }

    public var treatsRowsApart: Bool { true }
    public var treatsColumnsApart: Bool { true }
    public var readsOutputInBackward: Bool { false }
    public var actsInTrainingAlone: Bool { true }
}
