/// x ∘ weight, with a factor for each column, which is initialized with 1.
///
/// As the first layer, as in RealMLP (Holzmüller et al. 2024), it learns which columns matter.
public struct Scale: Layer, Codable {
    /// Columns, of input and output.
    public let features: Int

    /// Creates the layer.
    ///
    /// - Parameter features: columns, of input and output, from 1 to 2³¹ − 1.
    public init(_ features: Int) { self.features = features }

    public func outputFeatures(forInputFeatures inputFeatures: Int) throws(PerceptronError) -> Int {
        try FeatureCounts.check(features, "features")
        try FeatureCounts.check(features, given: inputFeatures)
        return features
    }

    public func parameters(forInputFeatures _: Int) -> [Parameter] {
        [Parameter(name: "weight", rows: 1, columns: features, initializer: .constant(1), decays: false)]
    }

    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    public func forward<Scalar: BLASScalar>(_ pass: inout ForwardPass<Scalar>) {
        Kernels.scaleColumns(
            pass.input, weight: pass.parameters, bias: pass.parameters.extracting(first: 0), into: &pass.output)
    }

    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    public func backward<Scalar: BLASScalar>(_ pass: inout BackwardPass<Scalar>) {
        Kernels.scaleColumns(
            pass.outputGradient, weight: pass.parameters, bias: pass.parameters.extracting(first: 0),
            into: &pass.inputGradient)
    }

    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    public func parameterGradients<Scalar: BLASScalar>(_ pass: inout ParameterPass<Scalar>) {
        let (inputs, outputGradient) = (pass.input, pass.outputGradient)
        var weight = pass.gradient(rows: 1, columns: features)
        Kernels.columnDots(outputGradient, inputs, into: &weight)
    }

    public var expectedInputFeatures: Int? { features }
    public var treatsRowsApart: Bool { true }
    public var readsOutputInBackward: Bool { false }
}
