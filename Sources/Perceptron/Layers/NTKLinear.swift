/// Y = X·W/√in + b: X is rows × in, W in × out, b a row of out; W and b are initialized with N(0, 1).
///
/// This is the neural tangent parametrisation (Jacot et al. 2018) in the form of RealMLP (Holzmüller et al. 2024): a
/// good learning rate for one width is good for others. The products are those of ``Linear``.
public struct NTKLinear: MatrixLayer, Codable {
    /// Columns of X.
    public let inputFeatures: Int
    /// Columns of Y.
    public let outputFeatures: Int
    /// Whether the layer has b.
    public let bias: Bool
    /// The distribution of W's initial values.
    public let weightInitializer: Initializer
    /// The distribution of b's initial values.
    public let biasInitializer: Initializer

    /// Creates the layer.
    ///
    /// - Parameters:
    ///   - inputFeatures: columns of X, from 1 to 2³¹ − 1.
    ///   - outputFeatures: columns of Y, from 1 to 2³¹ − 1.
    ///   - bias: whether the layer has b.
    ///   - weightInitializer: the distribution of W's initial values; N(0, 1) by default.
    ///   - biasInitializer: the distribution of b's initial values; N(0, 1) by default.
    public init(
        _ inputFeatures: Int, _ outputFeatures: Int, bias: Bool = true, weightInitializer: Initializer = .normal(1),
        biasInitializer: Initializer = .normal(1)
    ) {
        self.inputFeatures = inputFeatures
        self.outputFeatures = outputFeatures
        self.bias = bias
        self.weightInitializer = weightInitializer
        self.biasInitializer = biasInitializer
    }

    /// Files of earlier versions don't say how it starts.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            try container.decode(Int.self, forKey: .inputFeatures),
            try container.decode(Int.self, forKey: .outputFeatures),
            bias: try container.decode(Bool.self, forKey: .bias),
            weightInitializer: try container.decodeIfPresent(Initializer.self, forKey: .weightInitializer)
                ?? .normal(1),
            biasInitializer: try container.decodeIfPresent(Initializer.self, forKey: .biasInitializer) ?? .normal(1))
    }

    /// What this is without the division.
    private func linear(bias: Bool) -> Linear {
        Linear(
            inputFeatures, outputFeatures, bias: bias, weightInitializer: weightInitializer,
            biasInitializer: biasInitializer)
    }

    private var factor: Double { 1 / Double(inputFeatures).squareRoot() }

    public func outputFeatures(forInputFeatures features: Int) throws(PerceptronError) -> Int {
        try linear(bias: bias).outputFeatures(forInputFeatures: features)
    }

    public func parameters(forInputFeatures features: Int) -> [Parameter] {
        linear(bias: bias).parameters(forInputFeatures: features)
    }

    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    public func forward<Scalar: BLASScalar>(_ pass: inout ForwardPass<Scalar>) {
        linear(bias: false).forward(&pass)
        let row = pass.parameters.extracting(droppingFirst: inputFeatures * outputFeatures)
        Kernels.scale(&pass.output, by: factor, adding: bias ? row.extracting(pass.columns) : row)
    }

    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    public func backward<Scalar: BLASScalar>(_ pass: inout BackwardPass<Scalar>) {
        linear(bias: false).backward(&pass)
        Kernels.scale(&pass.inputGradient, by: factor, adding: pass.parameters.extracting(first: 0))
    }

    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    public func parameterGradients<Scalar: BLASScalar>(_ pass: inout ParameterPass<Scalar>) {
        linear(bias: bias).parameterGradients(&pass)
        let none = pass.parameters.extracting(first: 0)
        var weight = pass.gradient(rows: pass.parts.clamped(to: 0..<inputFeatures).count, columns: outputFeatures)
        Kernels.scale(&weight, by: factor, adding: none)
    }

    public var expectedInputFeatures: Int? { inputFeatures }
    public var treatsRowsApart: Bool { true }
    public var treatsColumnsApart: Bool { true }
    public var readsOutputInBackward: Bool { false }
    public func parameterParts(forInputFeatures _: Int) -> Int { inputFeatures + (bias ? 1 : 0) }
}
