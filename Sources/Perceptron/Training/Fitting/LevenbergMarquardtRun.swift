#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A run of Levenberg–Marquardt. The unknowns are the trainable parameters.
final class LevenbergMarquardtRun<Scalar: BLASScalar>: FitRun {
    private let method: LevenbergMarquardt
    private let problem: LeastSquares<Scalar>
    private let factor: Buffer<Scalar>
    /// The unknowns at the best point so far, the gradient of the objective there, and the step from it.
    private let position: Buffer<Scalar>
    private let slope: Buffer<Scalar>
    private let step: Buffer<Scalar>

    private var squares = 0.0
    /// μ, and its growth factor if the next step fails.
    private var damping = 0.0
    private var growth = 2.0
    /// α/β: the objective is ½·(squares + ridge · Σ unknown²).
    private var ridge = 0.0
    /// γ.
    private var effectiveParameters: Double
    private(set) var evaluations = 0
    private(set) var derivativeEvaluations = 0
    /// Steps are always as long as proposed.
    var stepLength: Double { 1 }
    private let resumes: Bool

    var engine: Engine<Scalar> { problem.engine }
    var loss: Double { squares * problem.scale }
    var gradientNorm: Double { 2 * problem.scale * Vectors.norm(slope.memory.span(0..<order)) }

    private var order: Int { problem.equations.order }

    /// - Throws: `PerceptronError.invalidArgument` if the loss is not a sum of squares, no parameters are trainable, or
    ///   the memory limit would be exceeded.
    init(
        _ method: LevenbergMarquardt, _ model: MLP<Scalar>, loss: any Loss, _ examples: Examples<Scalar>, threads: Int,
        resuming state: FitState<Scalar>?
    ) throws(PerceptronError) {
        guard loss is MeanSquaredError else {
            throw .invalidArgument(
                "LevenbergMarquardt minimizes sums of squares and takes MeanSquaredError, not \(type(of: loss)); "
                    + "LBFGS takes any loss")
        }
        self.method = method
        problem = try LeastSquares(model, examples, threads: threads, memoryLimit: method.memoryLimit)
        let order = problem.equations.order
        factor = Buffer(count: order * order)
        position = Buffer(count: order)
        slope = Buffer(count: order)
        step = Buffer(count: order)
        // Before the first iteration, assumes that half of the residuals determine parameters.
        effectiveParameters = min(Double(order), Double(problem.residualCount) / 2)
        resumes = state != nil
        guard let state else { return }
        try state.check(method: method.name, numbers: 4, vectors: 0)
        (damping, growth, ridge) = (state.numbers[0], state.numbers[1], state.numbers[2])
        effectiveParameters = state.numbers[3]
        (evaluations, derivativeEvaluations) = (state.evaluations, state.derivativeEvaluations)
    }

    var state: FitState<Scalar> {
        FitState(
            method: method.name, evaluations: evaluations, derivativeEvaluations: derivativeEvaluations,
            numbers: [damping, growth, ridge, effectiveParameters])
    }

    func begin() throws(PerceptronError) {
        copyUnknowns(of: engine.parameters.values.memory)
        squares = problem.linearize()
        guard squares.isFinite else { throw .diverged(what: "the loss is \(loss)", epoch: nil, step: 1) }
        if !resumes {
            evaluations += 1
            derivativeEvaluations += 1
            damping = method.initialDamping * largestDiagonal
            if method.regularization == .bayesian { ridge = evidentRidge }
        }
        computeSlope()
    }

    func iterate() throws(PerceptronError) -> FitProgress {
        if isFlat { return .ended(.gradient) }
        let x = position.memory.span(0..<order)
        while true {
            let h = step.memory.span(0..<order)
            guard solve(damping: damping) else {
                guard raiseDamping() else { return stay(.step) }
                continue
            }
            let length = Vectors.norm(h)
            guard length > method.stepTolerance * (Vectors.norm(x) + method.stepTolerance) else { return stay(.step) }
            let predicted = 0.5 * (damping * length * length - Vectors.dot(h, slope.memory.span(0..<order)))
            let before = objective(squares, position)
            move()
            evaluations += 1
            let trial = problem.squares()
            // The common part cancels in the difference of squares.
            let shift = 2 * Vectors.dot(x, h) + length * length
            let gained = 0.5 * (squares - trial - ridge * shift)
            guard trial.isFinite, gained > 0, predicted > 0 else {
                guard raiseDamping() else { return stay(.step) }
                continue
            }
            // From 0 it could not be raised again.
            damping = max(
                damping * max(1.0 / 3, 1 - pow(2 * gained / predicted - 1, 3)), 1e-30 * largestDiagonal)
            growth = 2
            copyUnknowns(of: engine.parameters.values.memory)
            squares = problem.linearize()
            derivativeEvaluations += 1
            let isSettled = max(gained, predicted) <= method.functionTolerance * before
            let ridgeBefore = ridge
            if method.regularization == .bayesian { ridge = evidentRidge }
            computeSlope()
            if isFlat { return .moved(.gradient) }
            let ridgeIsSettled = abs(ridge - ridgeBefore) <= 1e-8 * ridge
            return .moved(isSettled && ridgeIsSettled ? .function : nil)
        }
    }

    // MARK: The result

    /// The evidence, if requested.
    var evidence: Evidence? {
        guard method.regularization == .bayesian else { return nil }
        let x = position.memory.span(0..<order)
        return Evidence(
            effectiveParameters: effectiveParameters,
            noisePrecision: (Double(problem.residualCount) - effectiveParameters) / squares,
            weightPrecision: effectiveParameters / Vectors.dot(x, x))
    }

    /// The uncertainty of a model's parameters, which are assumed to be at the optimum.
    func uncertainty(of model: MLP<Scalar>) -> ParameterUncertainty<Scalar> {
        engine.set(model.values)
        squares = problem.linearize()
        let determined = method.regularization == .bayesian ? effectiveParameters : Double(order)
        return ParameterUncertainty(
            model: model, unknowns: problem.unknowns, equations: problem.equations, ridge: ridge, squares: squares,
            degreesOfFreedom: Double(problem.residualCount) - determined)
    }

    // MARK: Parts of an iteration

    private func objective(_ squares: Double, _ position: Buffer<Scalar>) -> Double {
        let x = position.memory.span(0..<order)
        return 0.5 * (squares + (ridge > 0 ? ridge * Vectors.dot(x, x) : 0))
    }

    private var isFlat: Bool {
        2 * problem.scale * Kernels.largestMagnitude(slope.memory.span(0..<order)) <= method.gradientTolerance
    }

    private var largestDiagonal: Double {
        let matrix = problem.equations.matrix.memory.span(0..<order * order)
        var largest = 0.0
        for index in 0..<order { largest = max(largest, Double(matrix[index * order + index])) }
        return largest > 0 ? largest : 1
    }

    /// Jᵀe + ridge·x.
    private func computeSlope() {
        slope.copy(from: problem.equations.gradient)
        if ridge > 0 {
            var target = slope.memory.mutableSpan(0..<order)
            Vectors.add(position.memory.span(0..<order), times: ridge, to: &target)
        }
    }

    /// Writes the factor of JᵀJ + shift·I; false if that is not positive definite.
    private func factor(shift: Double) -> Bool {
        factor.copy(from: problem.equations.matrix)
        var values = factor.memory.mutableSpan(0..<order * order)
        for index in 0..<order { values[index * order + index] += Scalar(shift) }
        return LAPACK.factor(factor.memory, order: order)
    }

    /// Solves for the step; false if the matrix is not positive definite.
    private func solve(damping: Double) -> Bool {
        guard factor(shift: ridge + damping) else { return false }
        step.copy(from: slope)
        LAPACK.solve(factor.memory, order: order, step.memory)
        var values = step.memory.mutableSpan(0..<order)
        Vectors.scale(&values, by: -1)
        return Kernels.firstNonFinite(step.memory.span(0..<order)) == nil
    }

    /// False if the damping can't be raised any more.
    private func raiseDamping() -> Bool {
        damping *= growth
        growth *= 2
        return damping.isFinite
    }

    /// Returns to the best point and ends the fit.
    private func stay(_ ending: FitEnding) -> FitProgress {
        Vectors.scatter(position.memory.span(0..<order), to: problem.unknowns, of: engine.parameters.values.memory)
        return .ended(ending)
    }

    /// Moves by the step from the best point.
    private func move() {
        let memory = engine.parameters.values.memory
        Vectors.scatter(position.memory.span(0..<order), to: problem.unknowns, of: memory)
        var start = 0
        for range in problem.unknowns {
            var target = memory.mutableSpan(range)
            Vectors.add(step.memory.span(start..<start + range.count), times: 1, to: &target)
            start += range.count
        }
    }

    private func copyUnknowns(of memory: Memory<Scalar>) {
        var start = 0
        for range in problem.unknowns {
            position.memory.extracting(start..<start + range.count).copy(from: memory.extracting(range))
            start += range.count
        }
    }

    /// α/β at the point of the equations; also updates the number of effective parameters.
    private var evidentRidge: Double {
        let x = position.memory.span(0..<order)
        let length = Vectors.dot(x, x)
        guard squares > 0, length > 0 else { return ridge }
        if ridge > 0, factor(shift: ridge) {
            LAPACK.invert(factor.memory, order: order)
            let inverse = factor.memory.span(0..<order * order)
            var trace = 0.0
            for index in 0..<order { trace += Double(inverse[index * order + index]) }
            effectiveParameters = min(max(Double(order) - ridge * trace, 0), Double(order))
        }
        let free = max(Double(problem.residualCount) - effectiveParameters, 1e-3)
        return effectiveParameters * squares / (free * length)
    }
}
