/// (x − mean)/√(variance + ε)·weight + bias, with mean and variance of each row (Ba et al. 2016; `torch.nn.LayerNorm`).
///
/// The variance is the mean squared deviation. The weight is initialized with ones, the bias with zeros.
public struct LayerNorm: Layer, Codable {
    /// Columns, of input and output.
    public let features: Int
    /// ε, added under the root.
    public let epsilon: Double
    /// Whether there are learned factors and shifts for the columns.
    public let affine: Bool

    /// Creates the layer.
    ///
    /// - Parameters:
    ///   - features: columns, of input and output, from 1 to 2³¹ − 1.
    ///   - epsilon: ε, more than 0.
    ///   - affine: whether there are a weight and a bias for each column, to be learned.
    public init(_ features: Int, epsilon: Double = 1e-5, affine: Bool = true) {
        self.features = features
        self.epsilon = epsilon
        self.affine = affine
    }

    public func outputFeatures(forInputFeatures inputFeatures: Int) throws(PerceptronError) -> Int {
        try FeatureCounts.check(features, "features")
        try FeatureCounts.check(features, given: inputFeatures)
        guard epsilon.isFinite, epsilon > 0 else {
            throw .invalidArchitecture("epsilon is \(epsilon); it must be finite and more than 0")
        }
        return features
    }

    public func parameters(forInputFeatures _: Int) -> [Parameter] {
        guard affine else { return [] }
        return [
            Parameter(name: "weight", rows: 1, columns: features, initializer: .constant(1), decays: false),
            Parameter(name: "bias", rows: 1, columns: features, initializer: .zeros, decays: false),
        ]
    }

    /// Mean and factor of each row.
    public func scratch(forInputFeatures _: Int) -> Scratch { Scratch(perRow: Kernels.layerNormStatistics) }

    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    public func forward<Scalar: BLASScalar>(_ pass: inout ForwardPass<Scalar>) {
        let count = affine ? features : 0
        Kernels.layerNorm(
            pass.input, weight: pass.parameters.extracting(first: count),
            bias: pass.parameters.extracting(last: count), epsilon: epsilon, into: &pass.output,
            statistics: &pass.rowScratch)
    }

    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    public func backward<Scalar: BLASScalar>(_ pass: inout BackwardPass<Scalar>) {
        Kernels.layerNormBackward(
            inputs: pass.input, weight: pass.parameters.extracting(first: affine ? features : 0),
            statistics: pass.rowScratch, outputGradient: pass.outputGradient, into: &pass.inputGradient)
    }

    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    public func parameterGradients<Scalar: BLASScalar>(_ pass: inout ParameterPass<Scalar>) {
        guard affine else { return }
        let (inputs, statistics, outputGradient) = (pass.input, pass.rowScratch, pass.outputGradient)
        var sums = pass.gradient(rows: 1, columns: 2 * features)
        Kernels.layerNormParameterGradients(
            inputs: inputs, statistics: statistics, gradient: outputGradient, into: &sums)
    }

    public var expectedInputFeatures: Int? { features }
    public var treatsRowsApart: Bool { true }
    public var readsOutputInBackward: Bool { false }
}
