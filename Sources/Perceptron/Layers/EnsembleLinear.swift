/// y_k = ((x_k ∘ r_k)·W) ∘ s_k + b_k for each member k of an ensemble; W, in × out, is shared, and each member has its
/// own rows r_k, s_k and b_k (BatchEnsemble, Wen et al. 2020, in the form of TabM, Gorishniy et al. 2025).
///
/// The output has `out` columns for each member, member after member. The input has `in` columns for each member, or
/// `in` columns that all members share. A matrix of rows × (members · in) is also one of (rows · members) × in, so that
/// one product serves all members.
///
/// Initial values are TabM's (`LinearEfficientEnsemble` of yandex-research/tabm): W is U(−1/√in, 1/√in), s is 1, and r
/// is 1 or, if the members share the input, ±1, because they would otherwise be equal. b is U(−1/√in, 1/√in), the same
/// for all members.
public struct EnsembleLinear: Layer, Codable {
    /// Columns of a member's input.
    public let inputFeatures: Int
    /// Columns of a member's output.
    public let outputFeatures: Int
    /// How many members there are.
    public let members: Int

    /// Creates the layer.
    ///
    /// - Parameters:
    ///   - inputFeatures: columns of a member's input, from 1 to 2³¹ − 1.
    ///   - outputFeatures: columns of a member's output, from 1 to 2³¹ − 1.
    ///   - members: how many there are, at least 1.
    public init(_ inputFeatures: Int, _ outputFeatures: Int, members: Int) {
        self.inputFeatures = inputFeatures
        self.outputFeatures = outputFeatures
        self.members = members
    }

    public func outputFeatures(forInputFeatures features: Int) throws(PerceptronError) -> Int {
        try FeatureCounts.check(inputFeatures, "input features")
        try FeatureCounts.check(outputFeatures, "output features")
        try FeatureCounts.check(members, "members")
        guard features == inputFeatures || features == members * inputFeatures else {
            throw .invalidArchitecture(
                "takes \(counted(inputFeatures, "input feature")), or that many for each of "
                    + "\(counted(members, "member")), gets \(features)"
            )
        }
        return members * outputFeatures
    }

    public func parameters(forInputFeatures features: Int) -> [Parameter] {
        let bound = 1 / Double(inputFeatures).squareRoot()
        return [
            Parameter(
                name: "weight", rows: inputFeatures, columns: outputFeatures, initializer: .uniform(-bound, bound),
                isTransposedInFiles: true),
            Parameter(
                name: "r", rows: members, columns: inputFeatures,
                initializer: features == inputFeatures ? .randomSigns : .constant(1)),
            Parameter(name: "s", rows: members, columns: outputFeatures, initializer: .constant(1)),
            Parameter(
                name: "bias", rows: members, columns: outputFeatures, initializer: .uniformRow(-bound, bound),
                decays: false),
        ]
    }

    /// What some rows are between their factors and the product; or that product of a member in `parameterGradients`.
    public func scratch(forInputFeatures _: Int) -> Scratch {
        Scratch(perPass: max(rowsAtOnce * members * (inputFeatures + outputFeatures), weightCount))
    }

    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    public func forward<Scalar: BLASScalar>(_ pass: inout ForwardPass<Scalar>) {
        let (input, parameters) = (pass.input, pass.parameters)
        let most = min(input.rows, rowsAtOnce)
        let scaled = MatrixBlock(columns: members * inputFeatures)
        let product = MatrixBlock(offset: most * scaled.columns, columns: members * outputFeatures)
        let memory = pass.passScratch.memory
        var start = 0
        while start < input.rows {
            let rows = start..<min(start + most, input.rows)
            let here = 0..<rows.count
            for member in 0..<members {
                var values = memory.mutableView(scaled, rows: here, columns: inputs(of: member))
                Kernels.scaleColumns(
                    columns(of: member, in: input.rows(rows)), weight: r(parameters, of: member), bias: Span(),
                    into: &values)
            }
            var products = memory.mutableView(
                product.cut(outputFeatures), rows: 0..<rows.count * members, columns: 0..<outputFeatures)
            BLAS.multiply(
                memory.view(scaled.cut(inputFeatures), rows: 0..<rows.count * members, columns: 0..<inputFeatures),
                weight(parameters), into: &products)
            var output = pass.output.rows(rows)
            Kernels.scaleColumns(
                memory.view(product, rows: here, columns: 0..<product.columns), weight: s(parameters),
                bias: bias(parameters), into: &output)
            start = rows.upperBound
        }
    }

    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    public func backward<Scalar: BLASScalar>(_ pass: inout BackwardPass<Scalar>) {
        let (outputGradient, parameters) = (pass.outputGradient, pass.parameters)
        let count = outputGradient.rows
        let most = min(count, rowsAtOnce)
        let scaled = MatrixBlock(columns: members * outputFeatures)
        let product = MatrixBlock(offset: most * scaled.columns, columns: members * inputFeatures)
        let memory = pass.passScratch.memory
        var start = 0
        while start < count {
            let rows = start..<min(start + most, count)
            let here = 0..<rows.count
            var values = memory.mutableView(scaled, rows: here, columns: 0..<scaled.columns)
            Kernels.scaleColumns(outputGradient.rows(rows), weight: s(parameters), bias: Span(), into: &values)
            var products = memory.mutableView(
                product.cut(inputFeatures), rows: 0..<rows.count * members, columns: 0..<inputFeatures)
            BLAS.multiply(
                memory.view(scaled.cut(outputFeatures), rows: 0..<rows.count * members, columns: 0..<outputFeatures),
                weight(parameters), transposeB: .yes, into: &products)
            var inputGradient = pass.inputGradient.rows(rows)
            Kernels.foldColumns(
                memory.view(product, rows: here, columns: 0..<product.columns), factors: r(parameters),
                into: &inputGradient)
            start = rows.upperBound
        }
    }

    /// All follows from the product P of a member's inputs and the gradient of its outputs, both without their factors: the
    /// gradient of W is the sum over members of rᵀ·s ∘ P, that of r the row sums of s ∘ W ∘ P, that of s the column sums of
    /// rᵀ ∘ W ∘ P.
    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    public func parameterGradients<Scalar: BLASScalar>(_ pass: inout ParameterPass<Scalar>) {
        let (input, outputGradient, parameters) = (pass.input, pass.outputGradient, pass.parameters)
        let product = MatrixBlock(columns: outputFeatures)
        let memory = pass.passScratch.memory
        for member in 0..<members {
            var values = memory.mutableView(product, rows: 0..<inputFeatures, columns: 0..<outputFeatures)
            BLAS.multiply(
                columns(of: member, in: input), outputGradient.columns(outputs(of: member)), transposeA: .yes,
                into: &values)
            Kernels.memberGradient(
                product: memory.view(product, rows: 0..<inputFeatures, columns: 0..<outputFeatures),
                weight: parameters.extracting(first: weightCount), inputFactors: r(parameters, of: member),
                outputFactors: s(parameters).extracting(outputs(of: member)), member: member,
                members: members, into: &pass.gradients)
        }
        var bias = pass.gradient(
            at: parameters.count - members * outputFeatures, rows: 1, columns: members * outputFeatures)
        Kernels.columnSums(outputGradient, into: &bias)
    }

    // MARK: Where things are

    private var rowsAtOnce: Int { Scratch.rowsAtOnce(scalarsPerRow: members * (inputFeatures + outputFeatures)) }
    private var weightCount: Int { inputFeatures * outputFeatures }
    private func inputs(of member: Int) -> Range<Int> { member * inputFeatures..<(member + 1) * inputFeatures }
    private func outputs(of member: Int) -> Range<Int> { member * outputFeatures..<(member + 1) * outputFeatures }

    /// What goes into a member.
    @_lifetime(copy input)
    private func columns<Scalar>(of member: Int, in input: MatrixView<Scalar>) -> MatrixView<Scalar> {
        input.columns == inputFeatures ? input : input.columns(inputs(of: member))
    }

    @_lifetime(copy parameters)
    private func weight<Scalar>(_ parameters: Span<Scalar>) -> MatrixView<Scalar> {
        MatrixView(
            rows: inputFeatures, columns: outputFeatures, elements: parameters.extracting(first: weightCount))
    }

    @_lifetime(copy parameters)
    private func r<Scalar>(_ parameters: Span<Scalar>) -> Span<Scalar> {
        parameters.extracting(weightCount..<weightCount + members * inputFeatures)
    }

    @_lifetime(copy parameters)
    private func r<Scalar>(_ parameters: Span<Scalar>, of member: Int) -> Span<Scalar> {
        r(parameters).extracting(inputs(of: member))
    }

    @_lifetime(copy parameters)
    private func s<Scalar>(_ parameters: Span<Scalar>) -> Span<Scalar> {
        parameters.extracting(last: 2 * members * outputFeatures).extracting(first: members * outputFeatures)
    }

    @_lifetime(copy parameters)
    private func bias<Scalar>(_ parameters: Span<Scalar>) -> Span<Scalar> {
        parameters.extracting(last: members * outputFeatures)
    }

    public var expectedInputFeatures: Int? { inputFeatures }
    public var treatsRowsApart: Bool { true }
    public var readsOutputInBackward: Bool { false }
}

extension MatrixBlock {
    /// The same memory as rows of fewer columns.
    fileprivate func cut(_ columns: Int) -> MatrixBlock { MatrixBlock(offset: offset, columns: columns) }
}
