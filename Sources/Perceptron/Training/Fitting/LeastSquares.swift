/// The sum of the squared residuals √w·(y − t) of a model as a function of the trainable parameters, and its normal
/// equations.
final class LeastSquares<Scalar: BLASScalar> {
    let engine: Engine<Scalar>
    let equations: NormalEquations<Scalar>
    /// The ranges of the trainable parameters in the flat vector; together they are the unknowns.
    let unknowns: [Range<Int>]
    /// The number of residuals, without rows of weight 0.
    let residualCount: Int
    /// The factor that turns the sum of squares into a mean.
    let scale: Double

    private let pass: JacobianPass<Scalar>
    private let examples: Examples<Scalar>
    private let rootWeights: [Double]?
    private let blockRows: Int
    private let jacobian: Buffer<Scalar>
    private let residuals: Buffer<Scalar>

    /// - Parameters:
    ///   - examples: all rows of its matrix.
    ///   - memoryLimit: the most bytes for all of this and a factor of the equations.
    init(
        _ model: MLP<Scalar>, _ examples: Examples<Scalar>, threads: Int, memoryLimit: Int
    ) throws(PerceptronError) {
        pass = try JacobianPass(model, threads: threads)
        engine = pass.engine
        unknowns = pass.parameters
        let order = pass.parameterCount
        guard order > 0 else {
            throw .invalidArgument("LevenbergMarquardt: no parameters to train: the model has none, or all are frozen")
        }
        blockRows = Tiling.jacobianRows(rows: examples.count, outputs: pass.outputs, parameters: order)
        // In Double, because p² may overflow an integer.
        let numbers = 2 * Double(order) * Double(order) + Double(blockRows * pass.outputs * order)
        let bytes = numbers * Double(MemoryLayout<Scalar>.stride)
        guard bytes <= Double(memoryLimit) else {
            throw .invalidArgument(
                "LevenbergMarquardt with \(counted(order, "parameter")) needs "
                    + "\(counted(Int(min(bytes, 1e18)), "byte")); memoryLimit is "
                    + "\(memoryLimit). LBFGS needs only a few vectors of the parameters' length")
        }
        equations = NormalEquations(order: order, rows: blockRows * pass.outputs, threads: threads)
        jacobian = Buffer(count: blockRows * pass.outputs * order)
        residuals = Buffer(count: blockRows * pass.outputs)
        self.examples = examples
        rootWeights = examples.weights?.map { $0.squareRoot() }
        residualCount = (examples.weights?.count { $0 > 0 } ?? examples.count) * pass.outputs
        scale = 1 / ((examples.weights?.reduce(0, +) ?? Double(examples.count)) * Double(pass.outputs))
    }

    /// Σ w·(y − t)² at the engine's parameters.
    func squares() -> Double {
        var sum = 0.0
        forEachBlock { _, size in
            let e = residuals.memory.span(0..<size)
            sum += Vectors.dot(e, e)
        }
        return sum
    }

    /// The same, and the normal equations.
    func linearize() -> Double {
        var sum = 0.0
        forEachBlock { rows, size in
            let e = residuals.memory.span(0..<size)
            sum += Vectors.dot(e, e)
            pass.parameterDerivatives(into: jacobian.memory)
            if let rootWeights { weigh(rows, by: rootWeights) }
            equations.add(
                jacobian: jacobian.memory, residuals: residuals.memory, rows: size, isFirst: rows.lowerBound == 0)
        }
        return sum
    }

    /// Calls `body` with each block of rows and the number of its residuals.
    private func forEachBlock(_ body: (Range<Int>, Int) -> Void) {
        let columns = engine.network.inputFeatures
        examples.inputs.elements.withMemory { inputs in
            for start in stride(from: 0, to: examples.count, by: blockRows) {
                let rows = start..<min(start + blockRows, examples.count)
                let outputs = pass.forward(
                    inputs.extracting(rows.lowerBound * columns..<rows.upperBound * columns), rows: rows.count)
                writeResiduals(outputs, rows)
                body(rows, rows.count * pass.outputs)
            }
        }
    }

    /// Half the gradient of the squares with respect to the outputs.
    private func writeResiduals(_ outputs: MatrixView<Scalar>, _ rows: Range<Int>) {
        var target = residuals.memory.mutableView(
            MatrixBlock(columns: pass.outputs), rows: 0..<rows.count, columns: 0..<pass.outputs)
        let loss = MeanSquaredError()
        let weights = rootWeights ?? []
        let rowWeights = LossWeights(rows: rootWeights == nil ? weights.span : weights.span.extracting(rows))
        switch examples.targets {
        case .matrix(let matrix):
            _ = loss.evaluate(
                outputs: outputs, targets: TargetView(values: matrix.view.rows(rows)), weights: rowWeights, scale: 0.5,
                gradient: &target)
        case .classes(let classes):
            let targets = TargetView<Scalar>(classes: classes.span.extracting(rows), columns: pass.outputs)
            _ = loss.evaluate(outputs: outputs, targets: targets, weights: rowWeights, scale: 0.5, gradient: &target)
        }
    }

    /// Multiplies the derivatives of each row by the root of its weight.
    private func weigh(_ rows: Range<Int>, by roots: [Double]) {
        let size = pass.outputs * equations.order
        for (place, row) in rows.enumerated() {
            var derivatives = jacobian.memory.mutableSpan(place * size..<(place + 1) * size)
            Vectors.scale(&derivatives, by: roots[row])
        }
    }
}
