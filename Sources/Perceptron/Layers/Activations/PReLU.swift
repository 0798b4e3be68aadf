/// x for x > 0, weight·x otherwise, with a learned weight: one, or one for each column (He et al. 2015;
/// `torch.nn.PReLU`).
///
/// The derivative at 0 is the weight. PyTorch advises against weight decay for it.
public struct PReLU: Layer, Codable {
    /// Whether each column has a weight of its own.
    public let perColumn: Bool
    /// The initial value of the weights.
    public let initialWeight: Double

    /// Creates the layer.
    ///
    /// - Parameters:
    ///   - perColumn: whether each column has a weight of its own.
    ///   - initialWeight: the initial value of the weights.
    public init(perColumn: Bool = false, initialWeight: Double = 0.25) {
        self.perColumn = perColumn
        self.initialWeight = initialWeight
    }

    public func outputFeatures(forInputFeatures features: Int) throws(PerceptronError) -> Int {
        guard initialWeight.isFinite else {
            throw .invalidArchitecture("the initial weight is \(initialWeight); it must be finite")
        }
        return features
    }

    public func parameters(forInputFeatures features: Int) -> [Parameter] {
        [Parameter(name: "weight", rows: 1, columns: perColumn ? features : 1, initializer: .constant(initialWeight))]
    }

    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    public func forward<Scalar: BLASScalar>(_ pass: inout ForwardPass<Scalar>) {
        let inputs = pass.input.columns(pass.columns)
        let weight = perColumn ? pass.parameters.extracting(pass.columns) : pass.parameters
        Kernels.scaleNegatives(of: inputs, inputs, weight: weight, into: &pass.output)
    }

    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    public func backward<Scalar: BLASScalar>(_ pass: inout BackwardPass<Scalar>) {
        let (inputs, gradient) = (pass.input.columns(pass.columns), pass.outputGradient.columns(pass.columns))
        let weight = perColumn ? pass.parameters.extracting(pass.columns) : pass.parameters
        Kernels.scaleNegatives(of: inputs, gradient, weight: weight, into: &pass.inputGradient)
    }

    /// The sum of min(x, 0)·g.
    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    public func parameterGradients<Scalar: BLASScalar>(_ pass: inout ParameterPass<Scalar>) {
        let (inputs, gradient) = (pass.input, pass.outputGradient)
        var sums = pass.gradient(rows: 1, columns: perColumn ? inputs.columns : 1)
        Kernels.negativeDots(inputs, gradient, into: &sums)
    }

    public var treatsRowsApart: Bool { true }
    public var treatsColumnsApart: Bool { true }
    public var readsOutputInBackward: Bool { false }
}
