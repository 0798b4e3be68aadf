/// x/√(mean(x²) + ε)·weight, with the mean over each row (Zhang and Sennrich 2019; `torch.nn.RMSNorm`).
///
/// The weight is initialized with ones.
public struct RMSNorm: Layer, Codable {
    /// Columns, of input and output.
    public let features: Int
    /// ε, added under the root; nil for the distance from 1 to the next larger scalar.
    public let epsilon: Double?
    /// Whether there is a learned factor for each column.
    public let affine: Bool

    /// Creates the layer.
    ///
    /// - Parameters:
    ///   - features: columns, of input and output, from 1 to 2³¹ − 1.
    ///   - epsilon: ε, more than 0; if nil, the machine epsilon of the model's scalar (2⁻⁵² or 2⁻²³).
    ///   - affine: whether there is a weight for each column, to be learned.
    public init(_ features: Int, epsilon: Double? = nil, affine: Bool = true) {
        self.features = features
        self.epsilon = epsilon
        self.affine = affine
    }

    public func outputFeatures(forInputFeatures inputFeatures: Int) throws(PerceptronError) -> Int {
        try FeatureCounts.check(features, "features")
        try FeatureCounts.check(features, given: inputFeatures)
        if let epsilon, !(epsilon.isFinite && epsilon > 0) {
            throw .invalidArchitecture("epsilon is \(epsilon); it must be finite and more than 0")
        }
        return features
    }

    public func parameters(forInputFeatures _: Int) -> [Parameter] {
        guard affine else { return [] }
        return [Parameter(name: "weight", rows: 1, columns: features, initializer: .constant(1), decays: false)]
    }

    /// The factor of each row.
    public func scratch(forInputFeatures _: Int) -> Scratch { Scratch(perRow: 1) }

    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    public func forward<Scalar: BLASScalar>(_ pass: inout ForwardPass<Scalar>) {
        Kernels.rmsNorm(
            pass.input, weight: pass.parameters, epsilon: epsilon ?? Double(Scalar.ulpOfOne), into: &pass.output,
            factors: &pass.rowScratch)
    }

    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    public func backward<Scalar: BLASScalar>(_ pass: inout BackwardPass<Scalar>) {
        Kernels.rmsNormBackward(
            inputs: pass.input, weight: pass.parameters, factors: pass.rowScratch, outputGradient: pass.outputGradient,
            into: &pass.inputGradient)
    }

    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    public func parameterGradients<Scalar: BLASScalar>(_ pass: inout ParameterPass<Scalar>) {
        guard affine else { return }
        let (inputs, factors, outputGradient) = (pass.input, pass.rowScratch, pass.outputGradient)
        var weight = pass.gradient(rows: 1, columns: features)
        Kernels.rmsNormWeightGradient(inputs: inputs, factors: factors, gradient: outputGradient, into: &weight)
    }

    public var expectedInputFeatures: Int? { features }
    public var treatsRowsApart: Bool { true }
    public var readsOutputInBackward: Bool { false }
}
