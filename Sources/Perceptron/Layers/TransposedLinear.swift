/// A `Linear` whose parameters lie as files have them: b, and behind it Wᵀ, out × in. It computes, and doesn't learn.
struct TransposedLinear: Layer {
    let linear: Linear

    func outputFeatures(forInputFeatures features: Int) throws(PerceptronError) -> Int {
        try linear.outputFeatures(forInputFeatures: features)
    }

    func parameters(forInputFeatures features: Int) -> [Parameter] {
        linear.parameters(forInputFeatures: features).reversed().map { parameter in
            parameter.isTransposedInFiles
                ? Parameter(
                    name: parameter.name, rows: parameter.columns, columns: parameter.rows,
                    initializer: parameter.initializer, decays: parameter.decays)
                : parameter
        }
    }

    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    func forward<Scalar: BLASScalar>(_ pass: inout ForwardPass<Scalar>) {
        let weight = weight(pass.parameters).rows(pass.columns)
        if linear.bias { Kernels.fill(&pass.output, row: pass.parameters.extracting(pass.columns)) }
        BLAS.multiply(pass.input, weight, transposeB: .yes, beta: linear.bias ? 1 : 0, into: &pass.output)
    }

    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    func backward<Scalar: BLASScalar>(_ pass: inout BackwardPass<Scalar>) {
        BLAS.multiply(pass.outputGradient, weight(pass.parameters).columns(pass.columns), into: &pass.inputGradient)
    }

    @_lifetime(copy parameters)
    private func weight<Scalar>(_ parameters: Span<Scalar>) -> MatrixView<Scalar> {
        MatrixView(
            rows: linear.outputFeatures, columns: linear.inputFeatures,
            elements: parameters.extracting(droppingFirst: linear.bias ? linear.outputFeatures : 0))
    }

    var expectedInputFeatures: Int? { linear.expectedInputFeatures }
    var treatsRowsApart: Bool { linear.treatsRowsApart }
    var treatsColumnsApart: Bool { linear.treatsColumnsApart }
    var readsOutputInBackward: Bool { linear.readsOutputInBackward }
}

extension Linear: MappableLayer {
    var asInFiles: any Layer { TransposedLinear(linear: self) }
}
