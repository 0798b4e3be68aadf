/// A run of L-BFGS over the whole flat vector; frozen parameters have no gradient and stay.
final class LBFGSRun<Scalar: BLASScalar>: FitRun {
    private let method: LBFGS
    let engine: Engine<Scalar>
    private let examples: Examples<Scalar>

    /// The best point so far, the gradient there, and the direction from it.
    private let position: Buffer<Scalar>
    private let gradient: Buffer<Scalar>
    private let direction: Buffer<Scalar>
    /// The changes of the parameters and of the gradient: ring buffers of `history` vectors each.
    private let steps: Buffer<Scalar>
    private let changes: Buffer<Scalar>
    /// For each of them step · change.
    private var curvatures: [Double]
    private var remembered = 0
    private var next = 0
    /// What the first loop of the recursion leaves for the second.
    private var shares: [Double]

    private(set) var loss = 0.0
    private(set) var stepLength = 0.0
    private(set) var evaluations = 0
    private let resumes: Bool

    private static var mostEvaluationsOfSearch: Int { 20 }

    init(
        _ method: LBFGS, _ model: MLP<Scalar>, loss: any Loss, _ examples: Examples<Scalar>, threads: Int,
        resuming state: FitState<Scalar>?
    ) throws(PerceptronError) {
        guard examples.count <= Int(Int32.max) else {
            throw .invalidArgument("LBFGS on \(counted(examples.count, "row")); BLAS sizes go up to \(Int32.max)")
        }
        let count = model.network.parameterCount
        self.method = method
        self.examples = examples
        engine = Engine(model, loss: loss, optimizer: NoUpdate(), threads: threads, seed: 0, isTraining: false)
        guard engine.learns.contains(true) else {
            throw .invalidArgument("LBFGS: no parameters to train: the model has none, or all are frozen")
        }
        position = Buffer(count: count)
        gradient = Buffer(count: count)
        direction = Buffer(count: count)
        steps = Buffer(count: method.history * count)
        changes = Buffer(count: method.history * count)
        curvatures = [Double](repeating: 0, count: method.history)
        shares = curvatures
        resumes = state != nil
        guard let state else { return }
        try state.check(method: method.name, numbers: method.history + 3, vectors: 2 * method.history * count)
        let counts = state.numbers.suffix(3).map { Int(exactly: $0) ?? -1 }
        guard (0...method.history).contains(counts[counts.startIndex]),
            (0..<method.history).contains(counts[counts.startIndex + 1])
        else { throw .invalidState("the interrupted fit's numbers are not those of LBFGS") }
        curvatures = Array(state.numbers.prefix(method.history))
        (remembered, next) = (counts[0], counts[1])
        stepLength = state.numbers[method.history + 2]
        evaluations = state.evaluations
        state.vectors.withMemory { all in
            steps.memory.copy(from: all.extracting(0..<steps.count))
            changes.memory.copy(from: all.extracting(steps.count..<2 * steps.count))
        }
    }

    var derivativeEvaluations: Int { evaluations }

    var gradientNorm: Double { Vectors.norm(whole(gradient)) }

    var state: FitState<Scalar> {
        FitState(
            method: method.name, evaluations: evaluations, derivativeEvaluations: evaluations,
            numbers: curvatures + [Double(remembered), Double(next), stepLength],
            vectors: steps.array + changes.array)
    }

    func begin() throws(PerceptronError) {
        loss = try evaluate()
        if !resumes { evaluations += 1 }
        keep()
    }

    func iterate() throws(PerceptronError) -> FitProgress {
        if isFlat { return .ended(.gradient) }
        while true {
            let isFirst = remembered == 0
            var slope = findDirection()
            if !(slope < 0) {
                remembered = 0
                slope = findDirection()
            }
            let first = isFirst ? 1 / Vectors.norm(whole(direction)) : 1
            if let moved = try search(slope: slope, firstStep: first) { return moved }
            // The remembered changes may be misleading.
            engine.parameters.values.copy(from: position)
            if remembered == 0 { return .ended(.lineSearchFailed) }
            remembered = 0
        }
    }

    // MARK: The line

    /// Moves along the direction by the line search's step; nil if it finds none.
    private func search(slope: Double, firstStep: Double) throws(PerceptronError) -> FitProgress? {
        var line = LineSearch(value: loss, slope: slope, step: firstStep)
        for _ in 0..<Self.mostEvaluationsOfSearch {
            let step = line.step
            move(step)
            evaluations += 1
            let value = finiteLoss()
            guard let value else {
                // Nothing is known beyond this step.
                line = LineSearch(value: loss, slope: slope, step: 0.1 * step, largest: 0.5 * step)
                continue
            }
            switch line.advance(value: value, slope: Vectors.dot(whole(engine.parameters.gradients), whole(direction)))
            {
            case .evaluate: continue
            case .exhausted where !(value < loss): return nil
            case .found, .exhausted: return accept(value, step: step, slope: slope)
            }
        }
        return nil
    }

    private func accept(_ value: Double, step: Double, slope: Double) -> FitProgress {
        remember(step: step, slope: slope)
        let gained = loss - value
        let length = step * Vectors.norm(whole(direction))
        let isShort = length <= method.stepTolerance * Vectors.norm(whole(position))
        let isSettled = gained <= method.functionTolerance * max(abs(loss), abs(value))
        loss = value
        stepLength = step
        keep()
        return .moved(isFlat ? .gradient : isSettled ? .function : isShort ? .step : nil)
    }

    private func move(_ step: Double) {
        let values = engine.parameters.values
        values.copy(from: position)
        var target = values.memory.mutableSpan(0..<values.count)
        Vectors.add(whole(direction), times: step, to: &target)
    }

    /// The loss at the engine's parameters, if it and its gradient are finite.
    private func finiteLoss() -> Double? { try? evaluate() }

    private func evaluate() throws(PerceptronError) -> Double {
        try examples.inputs.elements.withMemory { (inputs) throws(PerceptronError) in
            try examples.targets.withBorrowedValues { (targets) throws(PerceptronError) in
                try engine.evaluateGradient(
                    Batch(
                        inputs: inputs, targets: targets, weights: examples.weights,
                        classWeights: examples.classWeights, rows: .contiguous(from: 0), count: examples.count))
            }
        }
    }

    /// Keeps the engine's parameters as the best point so far.
    private func keep() {
        position.copy(from: engine.parameters.values)
        gradient.copy(from: engine.parameters.gradients)
    }

    private var isFlat: Bool { Kernels.largestMagnitude(whole(gradient)) <= method.gradientTolerance }

    @_lifetime(immortal)
    private func whole(_ buffer: Buffer<Scalar>) -> Span<Scalar> { buffer.memory.span(0..<buffer.count) }

    // MARK: The direction

    /// Writes −H·g, and returns its product with the gradient.
    private func findDirection() -> Double {
        direction.copy(from: gradient)
        var d = direction.memory.mutableSpan(0..<direction.count)
        for age in 0..<remembered {
            let place = place(age: age)
            shares[place] = Vectors.dot(vector(steps, place), d.span) / curvatures[place]
            Vectors.add(vector(changes, place), times: -shares[place], to: &d)
        }
        var scale = -1.0
        if remembered > 0 {
            let newest = place(age: 0)
            let change = vector(changes, newest)
            scale = -curvatures[newest] / Vectors.dot(change, change)
        }
        Vectors.scale(&d, by: scale)
        for age in stride(from: remembered - 1, through: 0, by: -1) {
            let place = place(age: age)
            let share = -shares[place] - Vectors.dot(vector(changes, place), d.span) / curvatures[place]
            Vectors.add(vector(steps, place), times: share, to: &d)
        }
        return Vectors.dot(d.span, whole(gradient))
    }

    /// The index of the changes of this age; 0 for the last.
    private func place(age: Int) -> Int { (next - 1 - age + 2 * method.history) % method.history }

    /// Remembers the step and the change of the gradient, if the curvature is positive.
    private func remember(step: Double, slope: Double) {
        let count = direction.count
        let range = next * count..<(next + 1) * count
        var change = changes.memory.mutableSpan(range)
        changes.memory.extracting(range).copy(from: engine.parameters.gradients.memory)
        Vectors.add(whole(gradient), times: -1, to: &change)
        let curvature = step * Vectors.dot(change.span, whole(direction))
        guard curvature > Double.ulpOfOne * -slope * step else { return }
        var moved = steps.memory.mutableSpan(range)
        steps.memory.extracting(range).copy(from: direction.memory)
        Vectors.scale(&moved, by: step)
        curvatures[next] = curvature
        next = (next + 1) % method.history
        remembered = min(remembered + 1, method.history)
    }

    @_lifetime(immortal)
    private func vector(_ buffer: Buffer<Scalar>, _ place: Int) -> Span<Scalar> {
        buffer.memory.span(place * direction.count..<(place + 1) * direction.count)
    }
}
