import Perceptron

/// A layer with a batch, called as a trainer calls it.
struct CatalogueLayer<Scalar: BLASScalar> {
    private let layer: any Layer
    private let inputs: Matrix<Scalar>
    private let parameters: [Scalar]
    /// The gradient with respect to the outputs.
    private let gradient: Matrix<Scalar>
    private let parts: Int
    private let state: [Scalar]
    private let scratch: Scratch
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
        state = layer.state(forInputFeatures: columns).flatMap {
            [Scalar](repeating: Scalar($0.initialValue), count: $0.count)
        }
        scratch = layer.scratch(forInputFeatures: columns)
    }

    func time(_ effort: Timing.Effort) -> (forward: Timing, backward: Timing?) {
        if let noise = layer as? any NoiseLayer { return time(inPlace: noise, effort) }
        var outputs = gradient
        var newState = state
        var rowScratch = [Scalar](repeating: 0, count: scratch.perRow * inputs.rows)
        var batchScratch = [Scalar](repeating: 0, count: scratch.perBatch)
        var passScratch = [Scalar](repeating: 0, count: scratch.perPass)
        let forward = Timing(effort) { calls in
            for _ in 0..<calls { self.forward(&outputs, &newState, &rowScratch, &batchScratch, &passScratch) }
        }
        var inputGradient = inputs
        var gradients = parameters
        let backward = Timing(effort) { calls in
            for _ in 0..<calls {
                self.backward(outputs, &inputGradient, rowScratch, batchScratch, &passScratch)
                if !parameters.isEmpty {
                    parameterGradients(outputs, &gradients, rowScratch, batchScratch, &passScratch)
                }
            }
        }
        return (forward, backward)
    }

    /// A trainer lets such a layer overwrite its input, unless the layer before wants to see it again. The numbers grow from
    /// call to call, which no time depends on.
    private func time(inPlace noise: any NoiseLayer, _ effort: Timing.Effort) -> (forward: Timing, backward: Timing?) {
        var (values, gradient) = (inputs, gradient)
        let (rows, columns) = (inputs.rows, inputs.columns)
        var scratch = [Scalar](repeating: 0, count: scratch.perRow * rows)
        let forward = Timing(effort) { calls in
            for _ in 0..<calls {
                var view = MutableMatrixView(
                    rows: rows, columns: columns, elements: values.elements.mutableSpan)
                var span = scratch.mutableSpan
                noise.disturb(&view, random, firstColumn: 0, rowScratch: &span)
            }
        }
        let backward = Timing(effort) { calls in
            for _ in 0..<calls {
                var view = MutableMatrixView(
                    rows: rows, columns: columns, elements: gradient.elements.mutableSpan)
                noise.disturb(gradient: &view, random, firstColumn: 0, rowScratch: scratch.span)
            }
        }
        return (forward, backward)
    }

    private func forward(
        _ outputs: inout Matrix<Scalar>, _ newState: inout [Scalar], _ rowScratch: inout [Scalar],
        _ batchScratch: inout [Scalar], _ passScratch: inout [Scalar]
    ) {
        let (rows, columns) = (gradient.rows, gradient.columns)
        var pass = ForwardPass(
            input: inputs.view, parameters: parameters.span, columns: 0..<columns,
            output: MutableMatrixView(rows: rows, columns: columns, elements: outputs.elements.mutableSpan),
            random: random, state: state.span, newState: newState.mutableSpan, rowScratch: rowScratch.mutableSpan,
            batchScratch: batchScratch.mutableSpan, passScratch: passScratch.mutableSpan)
        layer.forward(&pass)
    }

    private func backward(
        _ outputs: Matrix<Scalar>, _ inputGradient: inout Matrix<Scalar>, _ rowScratch: [Scalar],
        _ batchScratch: [Scalar], _ passScratch: inout [Scalar]
    ) {
        let (rows, columns) = (inputs.rows, inputs.columns)
        var pass = BackwardPass(
            input: inputs.view, output: outputs.view, outputGradient: gradient.view, parameters: parameters.span,
            columns: 0..<columns,
            inputGradient: MutableMatrixView(
                rows: rows, columns: columns, elements: inputGradient.elements.mutableSpan),
            random: random, state: state.span, rowScratch: rowScratch.span, batchScratch: batchScratch.span,
            passScratch: passScratch.mutableSpan)
        layer.backward(&pass)
    }

    private func parameterGradients(
        _ outputs: Matrix<Scalar>, _ gradients: inout [Scalar], _ rowScratch: [Scalar], _ batchScratch: [Scalar],
        _ passScratch: inout [Scalar]
    ) {
        var pass = ParameterPass(
            input: inputs.view, output: outputs.view, outputGradient: gradient.view, parameters: parameters.span,
            parts: 0..<parts, gradients: gradients.mutableSpan, random: random, state: state.span,
            rowScratch: rowScratch.span, batchScratch: batchScratch.span, passScratch: passScratch.mutableSpan)
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
