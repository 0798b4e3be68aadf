/// Replaces a column of codes by columns of features, which are learned for each category (`torch.nn.Embedding`). The
/// other columns pass through.
///
/// Codes are whole numbers from 0 to `categories` − 1, as from ``OrdinalEncoder``. Its code for an unknown category,
/// `categories`, is embedded as zeros, which are not trained. Any other value gives NaN, so that training ends at once
/// with an error. The weight, categories × features, is initialized with N(0, 1).
public struct Embedding: Layer, Codable {
    /// How many categories there are.
    public let categories: Int
    /// The number of columns that replace the codes.
    public let features: Int
    /// The index of the column of codes in the input.
    public let column: Int

    /// Creates the layer.
    ///
    /// - Parameters:
    ///   - categories: how many there are, from 1 to 2³¹ − 1.
    ///   - features: the number of columns that replace the codes, from 1 to 2³¹ − 1.
    ///   - column: the index of the column of codes in the input, counted from 0.
    public init(categories: Int, features: Int, column: Int = 0) {
        self.categories = categories
        self.features = features
        self.column = column
    }

    public func outputFeatures(forInputFeatures inputFeatures: Int) throws(PerceptronError) -> Int {
        try FeatureCounts.check(categories, "categories")
        try FeatureCounts.check(features, "features")
        guard column >= 0, column < inputFeatures else {
            throw .invalidArchitecture(
                "takes codes from column \(column) (counted from 0), gets \(counted(inputFeatures, "column"))")
        }
        return inputFeatures - 1 + features
    }

    /// Impossible counts, which a file may have, give an impossible one.
    public func inputFeatures(forOutputFeatures outputFeatures: Int) -> Int { outputFeatures &- features &+ 1 }

    public func parameters(forInputFeatures _: Int) -> [Parameter] {
        [Parameter(name: "weight", rows: categories, columns: features, initializer: .normal(1))]
    }

    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    public func forward<Scalar: BLASScalar>(_ pass: inout ForwardPass<Scalar>) {
        Kernels.embed(pass.input, column: column, weight: weight(pass.parameters), into: &pass.output)
    }

    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    public func backward<Scalar: BLASScalar>(_ pass: inout BackwardPass<Scalar>) {
        Kernels.embedBackward(pass.outputGradient, column: column, features: features, into: &pass.inputGradient)
    }

    /// The parts are the categories; the gradient of each is summed over its rows, in their order.
    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    public func parameterGradients<Scalar: BLASScalar>(_ pass: inout ParameterPass<Scalar>) {
        let (input, outputGradient, parts) = (pass.input, pass.outputGradient, pass.parts)
        var weight = pass.gradient(rows: parts.count, columns: features)
        Kernels.embedWeightGradient(
            codes: input.columns(column..<column + 1), outputGradient.columns(column..<column + features),
            categories: parts, into: &weight)
    }

    @_lifetime(copy parameters)
    private func weight<Scalar>(_ parameters: Span<Scalar>) -> MatrixView<Scalar> {
        MatrixView(rows: categories, columns: features, elements: parameters)
    }

    public var treatsRowsApart: Bool { true }
    public var readsOutputInBackward: Bool { false }
    public func parameterParts(forInputFeatures _: Int) -> Int { categories }
}
