import Perceptron

/// A layer called by itself in training, without a model around it: for a whole batch, or for a block of it.
struct LayerCall<Scalar: BLASScalar> {
    let layer: any Layer
    let inputs: Matrix<Scalar>
    let parameters: [Scalar]
    /// The gradient with respect to the outputs.
    let gradient: Matrix<Scalar>
    /// What the way back gets to see as the layer's output.
    var outputs: Matrix<Scalar>
    /// A call is a pass of training: layers that are random there are.
    private func random(from row: Int) -> RandomField { RandomField(seed: 3, update: 1, layer: 1, firstRow: row) }

    init(_ layer: any Layer, inputs: Matrix<Scalar>, parameters: [Scalar], gradient: Matrix<Scalar>) {
        self.layer = layer
        self.inputs = inputs
        self.parameters = parameters
        self.gradient = gradient
        outputs = Matrix(rows: gradient.rows, columns: gradient.columns)
        outputs = forward()
    }

    private var rows: Range<Int> { 0..<inputs.rows }
    private var parts: Int { layer.parameterParts(forInputFeatures: inputs.columns) }

    /// The outputs of all rows; before, every element is `filling`.
    func forward(over filling: Scalar = .nan) -> Matrix<Scalar> {
        var result = Matrix(rows: inputs.rows, columns: gradient.columns, repeating: filling)
        forward(rows: rows, columns: 0..<gradient.columns, into: &result)
        return result
    }

    func backward(over filling: Scalar = .nan) -> Matrix<Scalar> {
        var result = Matrix(rows: inputs.rows, columns: inputs.columns, repeating: filling)
        backward(rows: rows, columns: 0..<inputs.columns, into: &result)
        return result
    }

    func parameterGradients(over filling: Scalar = .nan) -> [Scalar] {
        parameters.isEmpty ? [] : parameterGradients(0..<parts, over: filling)
    }

    /// Writes a block of the outputs where it belongs in `result`.
    func forward(rows: Range<Int>, columns: Range<Int>, into result: inout Matrix<Scalar>) {
        result.withBlock(rows: rows, columns: columns) { output in
            var pass = ForwardPass(
                input: inputs.view.rows(rows), parameters: parameters.span, columns: columns, output: output,
                random: random(from: rows.lowerBound))
            layer.forward(&pass)
        }
    }

    /// Writes a block of the gradient with respect to the inputs where it belongs in `result`.
    func backward(rows: Range<Int>, columns: Range<Int>, into result: inout Matrix<Scalar>) {
        result.withBlock(rows: rows, columns: columns) { inputGradient in
            var pass = BackwardPass(
                input: inputs.view.rows(rows), output: outputs.view.rows(rows),
                outputGradient: gradient.view.rows(rows),
                parameters: parameters.span, columns: columns, inputGradient: inputGradient,
                random: random(from: rows.lowerBound))
            layer.backward(&pass)
        }
    }

    /// The gradient of some parts of the parameters.
    func parameterGradients(_ parts: Range<Int>, over filling: Scalar = .nan) -> [Scalar] {
        var result = [Scalar](repeating: filling, count: parameters.count / self.parts * parts.count)
        var pass = ParameterPass(
            input: inputs.view, output: outputs.view, outputGradient: gradient.view, parameters: parameters.span,
            parts: parts, gradients: result.mutableSpan, random: random(from: 0))
        layer.parameterGradients(&pass)
        return result
    }
}

extension Matrix {
    /// Calls `body` with a part of the matrix, for writing.
    fileprivate mutating func withBlock(
        rows: Range<Int>, columns: Range<Int>, _ body: (consuming MutableMatrixView<Scalar>) -> Void
    ) {
        if rows.isEmpty || columns.isEmpty { return }
        let stride = self.columns
        let range =
            rows.lowerBound * stride + columns.lowerBound..<(rows.upperBound - 1) * stride + columns.upperBound
        var span = elements.mutableSpan
        body(
            MutableMatrixView(
                rows: rows.count, columns: columns.count, stride: stride, elements: span._mutatingExtracting(range)))
    }
}
