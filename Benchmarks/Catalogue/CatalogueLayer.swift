import Perceptron

/// A layer with a batch, called as a trainer calls it.
struct CatalogueLayer<Scalar: BLASScalar> {
    private let layer: any Layer
    private let inputs: Matrix<Scalar>
    private let parameters: [Scalar]
    /// The gradient with respect to the outputs.
    private let gradient: Matrix<Scalar>
    private let parts: Int
    private let random = RandomField(seed: 1, update: 1, layer: 1, firstRow: 0)

    init(_ layer: any Layer) throws {
        let (rows, columns) = (CatalogueEntry.rows, CatalogueEntry.columns)
        self.layer = layer
        var inputs = Matrix<Scalar>(random: rows, columns, seed: 1)
        // Whole numbers in the first column are codes.
        for row in 0..<rows { inputs[row, 0] = Scalar(row % 100) }
        self.inputs = inputs
        let count = layer.parameters(forInputFeatures: columns).reduce(0) { $0 + $1.rows * $1.columns }
        parameters = Matrix<Scalar>(random: 1, count, seed: 2).elements
        gradient = Matrix(random: rows, try layer.outputFeatures(forInputFeatures: columns), seed: 3)
        parts = layer.parameterParts(forInputFeatures: columns)
    }

    func time(_ effort: Timing.Effort) -> (forward: Timing, backward: Timing?) {
        var outputs = Matrix<Scalar>(rows: gradient.rows, columns: gradient.columns)
        let forward = Timing(effort) { calls in
            for _ in 0..<calls { self.forward(into: &outputs) }
        }
        var inputGradient = inputs
        var gradients = parameters
        let backward = Timing(effort) { calls in
            for _ in 0..<calls {
                self.backward(outputs, into: &inputGradient)
                if !parameters.isEmpty { parameterGradients(outputs, into: &gradients) }
            }
        }
        return (forward, backward)
    }

    private func forward(into outputs: inout Matrix<Scalar>) {
        let (rows, columns) = (outputs.rows, outputs.columns)
        var pass = ForwardPass(
            input: inputs.view, parameters: parameters.span, columns: 0..<columns,
            output: MutableMatrixView(rows: rows, columns: columns, elements: outputs.elements.mutableSpan),
            random: random)
        layer.forward(&pass)
    }

    private func backward(_ outputs: Matrix<Scalar>, into inputGradient: inout Matrix<Scalar>) {
        let (rows, columns) = (inputs.rows, inputs.columns)
        var pass = BackwardPass(
            input: inputs.view, output: outputs.view, outputGradient: gradient.view, parameters: parameters.span,
            columns: 0..<columns,
            inputGradient: MutableMatrixView(
                rows: rows, columns: columns, elements: inputGradient.elements.mutableSpan),
            random: random)
        layer.backward(&pass)
    }

    private func parameterGradients(_ outputs: Matrix<Scalar>, into gradients: inout [Scalar]) {
        var pass = ParameterPass(
            input: inputs.view, output: outputs.view, outputGradient: gradient.view, parameters: parameters.span,
            parts: 0..<parts, gradients: gradients.mutableSpan, random: random)
        layer.parameterGradients(&pass)
    }
}

extension Matrix {
    /// Numbers in −1 ..< 1.
    init(random rows: Int, _ columns: Int, seed: UInt64) {
        var generator = RandomGenerator(seed: seed)
        self.init(
            rows: rows, columns: columns,
            elements: (0..<rows * columns).map { _ in Scalar(2 * generator.nextUniform() - 1) })
    }
}
