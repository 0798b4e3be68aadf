/// The covariance of the parameters at a least-squares optimum: s²(JᵀJ)⁻¹, where s² is the sum of squares divided by
/// the degrees of freedom.
struct ParameterUncertainty<Scalar: BLASScalar>: Sendable {
    private let model: MLP<Scalar>
    private let unknowns: [Range<Int>]
    private let order: Int
    /// The Cholesky factor of JᵀJ (+ ridge·I) and its reciprocal condition, 0 if there is no factor.
    private let factor: Buffer<Scalar>
    private let reciprocalCondition: Double
    private let squares: Double
    private let degreesOfFreedom: Double

    /// Takes over the memory of the equations.
    init(
        model: MLP<Scalar>, unknowns: [Range<Int>], equations: NormalEquations<Scalar>, ridge: Double, squares: Double,
        degreesOfFreedom: Double
    ) {
        self.model = model
        self.unknowns = unknowns
        self.squares = squares
        self.degreesOfFreedom = degreesOfFreedom
        (order, factor) = (equations.order, equations.matrix)
        var values = factor.memory.mutableSpan(0..<order * order)
        var columnSums = [Double](repeating: 0, count: order)
        for row in 0..<order {
            values[row * order + row] += Scalar(ridge)
            for column in 0...row {
                let magnitude = Double(values[row * order + column].magnitude)
                columnSums[column] += magnitude
                if column < row { columnSums[row] += magnitude }
            }
        }
        let norm = columnSums.max() ?? 0
        guard norm.isFinite, LAPACK.factor(factor.memory, order: order) else {
            reciprocalCondition = 0
            return
        }
        reciprocalCondition = LAPACK.reciprocalCondition(factor.memory, order: order, norm: norm)
    }

    /// s², if it is defined.
    private func variance() throws(PerceptronError) -> Double {
        guard degreesOfFreedom > 0 else {
            throw .invalidState(
                "there are no degrees of freedom: \(counted(order, "parameter")) and no more residuals than that; "
                    + "use more rows or fewer parameters")
        }
        guard reciprocalCondition > Double(Scalar.ulpOfOne) else {
            throw .invalidState(
                "the rows don't determine the \(counted(order, "parameter")): JᵀJ is singular, its reciprocal condition "
                    + "\(reciprocalCondition). Fewer hidden units, more rows or regularization: .bayesian help")
        }
        return squares / degreesOfFreedom
    }

    /// parameters × parameters; 0 for frozen ones.
    func covariance() throws(PerceptronError) -> Matrix<Scalar> {
        let variance = Scalar(try variance())
        let inverse = Buffer(copying: factor)
        BLAS.withSingleThread { LAPACK.invert(inverse.memory, order: order) }
        let values = inverse.memory.span(0..<order * order)
        let places = unknowns.flatMap { $0 }
        var result = Matrix<Scalar>(rows: model.network.parameterCount, columns: model.network.parameterCount)
        for row in 0..<order {
            for column in 0...row {
                let value = variance * values[row * order + column]
                result[places[row], places[column]] = value
                result[places[column], places[row]] = value
            }
        }
        return result
    }

    /// rows × outputs: for derivatives j of an output, s·√(j(JᵀJ)⁻¹jᵀ) = s·‖L⁻¹jᵀ‖.
    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    func predictionStandardErrors(_ inputs: Matrix<Scalar>, threads: Int?) throws(PerceptronError) -> Matrix<Scalar> {
        let threads = try checkedThreads(threads)
        try check(inputs, "inputs", columns: model.inputFeatures, of: "the model takes")
        let deviation = try variance().squareRoot()
        let (columns, outputs) = (model.inputFeatures, model.outputFeatures)
        let blockRows = Tiling.jacobianRows(rows: inputs.rows, outputs: outputs, parameters: order)
        let pass = try JacobianPass(model, threads: threads)
        let jacobian = Buffer<Scalar>(count: blockRows * outputs * order)
        return Matrix(rows: inputs.rows, columns: outputs) { errors in
            inputs.elements.withMemory { all in
                BLAS.withSingleThread {
                    for start in stride(from: 0, to: inputs.rows, by: max(1, blockRows)) {
                        let rows = start..<min(start + blockRows, inputs.rows)
                        _ = pass.forward(
                            all.extracting(rows.lowerBound * columns..<rows.upperBound * columns), rows: rows.count)
                        pass.parameterDerivatives(into: jacobian.memory)
                        let count = rows.count * outputs
                        LAPACK.solveRows(factor.memory, order: order, jacobian.memory, rows: count)
                        var target = errors.mutableSpan(rows.lowerBound * outputs..<rows.upperBound * outputs)
                        for index in 0..<count {
                            let z = jacobian.memory.span(index * order..<(index + 1) * order)
                            target[index] = Scalar(deviation * Vectors.norm(z))
                        }
                    }
                }
            }
        }
    }
}
