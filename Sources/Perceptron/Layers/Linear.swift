/// Y = X·W + b: X is rows × in, W in × out, b a row of out (`torch.nn.Linear`, whose weight is Wᵀ).
///
/// All products run through BLAS: Y, the weight's gradient Xᵀ·dY and the downstream gradient dY·Wᵀ.
public struct Linear: MatrixLayer, Codable {
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
    ///   - weightInitializer: the distribution of W's initial values; N(0, 2/in) by default.
    ///   - biasInitializer: the distribution of b's initial values; N(0, 0.1²) by default.
    public init(
        _ inputFeatures: Int, _ outputFeatures: Int, bias: Bool = true, weightInitializer: Initializer = .heNormal,
        biasInitializer: Initializer = .normal(0.1)
    ) {
        self.inputFeatures = inputFeatures
        self.outputFeatures = outputFeatures
        self.bias = bias
        self.weightInitializer = weightInitializer
        self.biasInitializer = biasInitializer
    }

    public func outputFeatures(forInputFeatures features: Int) throws(PerceptronError) -> Int {
        try FeatureCounts.check(inputFeatures, "input features")
        try FeatureCounts.check(outputFeatures, "output features")
        try FeatureCounts.check(inputFeatures, given: features)
        try weightInitializer.validate()
        if bias { try biasInitializer.validate() }
        return outputFeatures
    }

    public func parameters(forInputFeatures _: Int) -> [Parameter] {
        let weight = Parameter(
            name: "weight", rows: inputFeatures, columns: outputFeatures, initializer: weightInitializer,
            isTransposedInFiles: true)
        guard bias else { return [weight] }
        return [
            weight,
            Parameter(name: "bias", rows: 1, columns: outputFeatures, initializer: biasInitializer, decays: false),
        ]
    }

    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    public func forward<Scalar: BLASScalar>(_ pass: inout ForwardPass<Scalar>) {
        let start = inputFeatures * outputFeatures
        if bias {
            Kernels.fill(
                &pass.output,
                row: pass.parameters.extracting(start + pass.columns.lowerBound..<start + pass.columns.upperBound))
        }
        pass.multiply(by: weight(pass.parameters), beta: bias ? 1 : 0)
    }

    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    public func backward<Scalar: BLASScalar>(_ pass: inout BackwardPass<Scalar>) {
        BLAS.multiply(
            pass.outputGradient, weight(pass.parameters).rows(pass.columns), transposeB: .yes,
            into: &pass.inputGradient)
    }

    /// The parts are the rows of W, and behind them b: row i of dW is column i of X times dY, db the column sums of dY.
    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    public func parameterGradients<Scalar: BLASScalar>(_ pass: inout ParameterPass<Scalar>) {
        let rows = pass.parts.clamped(to: 0..<inputFeatures)
        let outputGradient = pass.outputGradient
        if !rows.isEmpty {
            let input = pass.input.columns(rows)
            var gradient = pass.gradient(rows: rows.count, columns: outputFeatures)
            BLAS.multiply(input, outputGradient, transposeA: .yes, into: &gradient)
        }
        if pass.parts.contains(inputFeatures) {
            var gradient = pass.gradient(at: rows.count * outputFeatures, rows: 1, columns: outputFeatures)
            Kernels.columnSums(outputGradient, into: &gradient)
        }
    }

    @_lifetime(copy parameters)
    private func weight<Scalar>(_ parameters: Span<Scalar>) -> MatrixView<Scalar> {
        MatrixView(
            rows: inputFeatures, columns: outputFeatures,
            elements: parameters.extracting(first: inputFeatures * outputFeatures))
    }

    public var expectedInputFeatures: Int? { inputFeatures }
    public var treatsRowsApart: Bool { true }
    public var treatsColumnsApart: Bool { true }
    public var readsOutputInBackward: Bool { false }
    public func parameterParts(forInputFeatures _: Int) -> Int { inputFeatures + (bias ? 1 : 0) }
}
