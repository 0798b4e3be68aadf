import Perceptron

/// A layer called in training without a model, for a whole batch or a block of it.
struct LayerCall<Scalar: BLASScalar> {
    let layer: any Layer
    let inputs: Matrix<Scalar>
    let parameters: [Scalar]
    /// The gradient with respect to the outputs.
    let gradient: Matrix<Scalar>
    /// The layer's output as the backward pass sees it.
    var outputs: Matrix<Scalar>
    private let state: [Scalar]
    /// The forward pass's memory for the backward pass.
    private var rowScratch: [Scalar]
    private var batchScratch: [Scalar]
    private let passScratch: Int

    init(_ layer: any Layer, inputs: Matrix<Scalar>, parameters: [Scalar], gradient: Matrix<Scalar>) {
        self.layer = layer
        self.inputs = inputs
        self.parameters = parameters
        self.gradient = gradient
        outputs = Matrix(rows: gradient.rows, columns: gradient.columns)
        state = layer.state(forInputFeatures: inputs.columns).flatMap {
            [Scalar](repeating: Scalar($0.initialValue), count: $0.count)
        }
        let scratch = layer.scratch(forInputFeatures: inputs.columns)
        rowScratch = [Scalar](repeating: .nan, count: inputs.rows * scratch.perRow)
        batchScratch = [Scalar](repeating: .nan, count: scratch.perBatch)
        passScratch = scratch.perPass
        var (ofRows, ofBatch) = (rowScratch, batchScratch)
        forward(rows: rows, columns: 0..<gradient.columns, into: &outputs, rowScratch: &ofRows, batchScratch: &ofBatch)
        (rowScratch, batchScratch) = (ofRows, ofBatch)
    }

    private var rows: Range<Int> { 0..<inputs.rows }
    private var parts: Int { layer.parameterParts(forInputFeatures: inputs.columns) }

    /// The outputs of all rows, written over a matrix filled with `filling`.
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

    /// Writes a block of the outputs to its position in `result`.
    func forward(rows: Range<Int>, columns: Range<Int>, into result: inout Matrix<Scalar>) {
        var (ofRows, ofBatch) = (rowScratch, batchScratch)
        forward(rows: rows, columns: columns, into: &result, rowScratch: &ofRows, batchScratch: &ofBatch)
    }

    private func forward(
        rows: Range<Int>, columns: Range<Int>, into result: inout Matrix<Scalar>, rowScratch: inout [Scalar],
        batchScratch: inout [Scalar]
    ) {
        var newState = state
        var ofPass = freshPassScratch
        result.withBlock(rows: rows, columns: columns) { output in
            var ofRows = rowScratch.mutableSpan
            var pass = ForwardPass(
                input: inputs.view.rows(rows), parameters: parameters.span, columns: columns, output: output,
                random: random(rows), state: state.span, newState: newState.mutableSpan,
                rowScratch: ofRows._mutatingExtracting(scratch(rows)), batchScratch: batchScratch.mutableSpan,
                passScratch: ofPass.mutableSpan)
            layer.forward(&pass)
        }
    }

    private func random(_ rows: Range<Int>) -> RandomField {
        RandomField(seed: 1, update: 2, layer: 3, firstRow: rows.lowerBound)
    }

    /// Filled with NaN, so that a read before a write is noticed.
    private var freshPassScratch: [Scalar] { [Scalar](repeating: .nan, count: passScratch) }

    /// The range of some rows' scratch.
    private func scratch(_ rows: Range<Int>) -> Range<Int> {
        let perRow = inputs.rows == 0 ? 0 : rowScratch.count / inputs.rows
        return rows.lowerBound * perRow..<rows.upperBound * perRow
    }

    /// Writes a block of the gradient with respect to the inputs to its position in `result`.
    func backward(rows: Range<Int>, columns: Range<Int>, into result: inout Matrix<Scalar>) {
        var ofPass = freshPassScratch
        result.withBlock(rows: rows, columns: columns) { inputGradient in
            var pass = BackwardPass(
                input: inputs.view.rows(rows), output: outputs.view.rows(rows),
                outputGradient: gradient.view.rows(rows),
                parameters: parameters.span, columns: columns, inputGradient: inputGradient, random: random(rows),
                state: state.span, rowScratch: rowScratch.span.extracting(scratch(rows)),
                batchScratch: batchScratch.span, passScratch: ofPass.mutableSpan)
            layer.backward(&pass)
        }
    }

    /// The gradient of some parts of the parameters.
    func parameterGradients(_ parts: Range<Int>, over filling: Scalar = .nan) -> [Scalar] {
        var result = [Scalar](repeating: filling, count: parameters.count / self.parts * parts.count)
        var ofPass = freshPassScratch
        var pass = ParameterPass(
            input: inputs.view, output: outputs.view, outputGradient: gradient.view, parameters: parameters.span,
            parts: parts, gradients: result.mutableSpan, random: random(rows), state: state.span,
            rowScratch: rowScratch.span, batchScratch: batchScratch.span, passScratch: ofPass.mutableSpan)
        layer.parameterGradients(&pass)
        return result
    }
}

extension Matrix {
    /// Calls `body` with a mutable view of a block of the matrix.
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
