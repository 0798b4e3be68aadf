/// The parameters in training, their gradients and the optimizer's state: flat vectors of one length.
final class ParameterVectors<Scalar: BLASScalar>: @unchecked Sendable {
    let optimizer: any Optimizer
    let tensors: [ParameterTensor]
    let values: Buffer<Scalar>
    let gradients: Buffer<Scalar>
    let optimizerState: [Buffer<Scalar>]
    let tensorMemory: TensorMemory<Scalar>
    /// The optimizer's numbers that are shared by all parameters.
    private(set) var numbers: [Double]
    /// The position of the next update in the optimizer's schedule.
    var schedule = SchedulePosition()
    private(set) var learningRate = 0.0
    var treatment = GradientTreatment()
    /// The last measured norm of the gradient, before clipping.
    private(set) var gradientNorm = 0.0
    /// The gradients of batches before their update; nil if every batch has its own update.
    private(set) var accumulated: AccumulatedGradients<Scalar>?
    /// The average that the model predicts with instead, if there is one.
    private(set) var average: AveragedParameters<Scalar>?
    private(set) var updates = 0
    /// The factor of weight decay in this update.
    private var decayFactor = 1.0
    private(set) var hasGradients = false
    /// The parameters before they were moved uphill.
    private var foot: Buffer<Scalar>?
    let stretches: [UpdateStretch]
    /// The ranges of frozen parameters.
    private let frozenRanges: [Range<Int>]
    /// Frozen values that are restored after an update by an optimizer that moves all parameters together; with others,
    /// frozen parameters are just not updated.
    private let frozen: [(range: Range<Int>, values: Buffer<Scalar>)]
    private let overflow: OverflowGuard<Scalar>

    /// - Parameter frozen: the ranges that an optimizer must not change.
    init(_ values: [Scalar], _ optimizer: any Optimizer, tensors: [ParameterTensor], frozen: [Range<Int>]) {
        self.optimizer = optimizer
        self.tensors = tensors
        self.frozen = optimizer.treatsTensorsApart ? [] : frozen.map { ($0, Buffer(Array(values[$0]))) }
        self.values = Buffer(values)
        gradients = Buffer(count: values.count)
        optimizerState = (0..<optimizer.stateVectors).map { _ in Buffer(count: values.count) }
        tensorMemory = TensorMemory(optimizer, tensors: tensors)
        numbers = [Double](repeating: 0, count: optimizer.stateNumbers)
        stretches = UpdateStretch.all(optimizer, tensors: tensors)
        frozenRanges = frozen
        overflow = OverflowGuard(
            optimizer, parameters: self.values, optimizerState: optimizerState, stretches: stretches)
    }

    init(copying other: ParameterVectors) {
        optimizer = other.optimizer
        tensors = other.tensors
        frozen = other.frozen
        values = Buffer(copying: other.values)
        gradients = Buffer(copying: other.gradients)
        optimizerState = other.optimizerState.map { Buffer(copying: $0) }
        tensorMemory = TensorMemory(copying: other.tensorMemory)
        numbers = other.numbers
        schedule = other.schedule
        learningRate = other.learningRate
        treatment = other.treatment
        gradientNorm = other.gradientNorm
        accumulated = other.accumulated.map { AccumulatedGradients(copying: $0) }
        average = other.average.map { AveragedParameters(copying: $0) }
        updates = other.updates
        hasGradients = other.hasGradients
        stretches = other.stretches
        frozenRanges = other.frozenRanges
        overflow = OverflowGuard(copying: other.overflow, parameters: values, optimizerState: optimizerState)
    }

    /// Restores the optimizer's state.
    func resume(updates: Int, _ state: OptimizerState<Scalar>) {
        self.updates = updates
        set(state)
    }

    /// The optimizer's state.
    var state: OptimizerState<Scalar> {
        OptimizerState(vectors: optimizerState.map(\.array), tensors: tensorMemory.state.array, numbers: numbers)
    }

    func set(_ state: OptimizerState<Scalar>) {
        for (buffer, values) in zip(optimizerState, state.vectors) {
            values.withMemory { buffer.memory.copy(from: $0) }
        }
        state.tensors.withMemory { tensorMemory.state.memory.copy(from: $0) }
        numbers = state.numbers
        overflow.forgetState()
    }

    // MARK: Values

    /// Makes these the parameters to train from and to predict with.
    func set(_ values: [Scalar]) { values.withMemory { set($0) } }

    /// Makes these the parameters to train from and to predict with.
    func set(_ values: Memory<Scalar>) {
        average = nil
        self.values.memory.copy(from: values)
        overflow.forgetParameters()
        guard optimizer.predictsElsewhere, updates > 0 else { return }
        for stretch in stretches {
            var update = update(stretch, stretch.range, parameters: self.values.memory.mutableSpan(stretch.range))
            optimizer.moveFromPrediction(&update)
        }
    }

    /// The parameters to predict with.
    var predicting: Buffer<Scalar> {
        if let average { return average.values }
        guard optimizer.predictsElsewhere, updates > 0 else { return values }
        let result = Buffer(copying: values)
        for stretch in stretches {
            var update = update(stretch, stretch.range, parameters: result.memory.mutableSpan(stretch.range))
            optimizer.moveToPrediction(&update)
        }
        for range in frozenRanges { result.memory.extracting(range).copy(from: values.memory.extracting(range)) }
        return result
    }

    /// Adds the parameters to their average.
    /// - Parameter decay: the factor of the old average; nil for the mean of all.
    func addToAverage(decay: Double?) {
        if average == nil { average = AveragedParameters(count: values.count) }
        average?.add(values, decay: decay)
    }

    /// Restores an average and accumulated gradients.
    func resume(average: AveragedParameters<Scalar>?, accumulated: AccumulatedGradients<Scalar>?) {
        self.average = average
        self.accumulated = accumulated
    }

    // MARK: Gradients

    func beginGradients() {
        hasGradients = false
        overflow.beginGradients()
    }

    /// Checks gradients that were written.
    func measureGradients(_ range: Range<Int>) { overflow.measure(gradients.memory.span(range)) }

    /// - Returns: false if one is infinite or NaN; there are none then.
    func endGradients() -> Bool {
        hasGradients = overflow.endGradients()
        return hasGradients
    }

    func dropGradients() { hasGradients = false }

    /// The number of batches so far, for their random numbers.
    var passes: Int { updates * treatment.accumulating + (accumulated?.batches ?? 0) }

    /// Adds the gradient of a batch to those before it.
    /// - Parameter isLast: whether the update is due even without further batches.
    /// - Returns: whether the update is due; the gradients are then the mean over all rows of these batches.
    func accumulate(weight: Double, isLast: Bool) -> Bool {
        guard treatment.accumulating > 1 else { return true }
        if accumulated == nil { accumulated = AccumulatedGradients(count: gradients.count) }
        accumulated!.add(gradients, weight: weight)
        guard isLast || accumulated!.batches >= treatment.accumulating else { return false }
        accumulated!.take(into: gradients)
        overflow.beginGradients()
        overflow.measure(gradients.memory.span(0..<gradients.count))
        overflow.endGradients()
        return true
    }

    /// Adds penalties to the gradients, and clips them.
    /// - Parameter measures: whether to measure their norm even if clipping doesn't need it.
    func treatGradients(measures: Bool) {
        if !treatment.penalties.isEmpty {
            var (l1, l2) = (0.0, 0.0)
            for penalty in treatment.penalties {
                switch penalty {
                case .l1(let factor): l1 += factor
                case .l2(let factor): l2 += factor
                }
            }
            for tensor in tensors where tensor.decays && !frozenRanges.contains(where: { $0.overlaps(tensor.range) }) {
                var part = gradients.memory.mutableSpan(tensor.range)
                Kernels.penalise(l1: l1, l2: l2, values.memory.span(tensor.range), &part)
            }
            overflow.addPenalty(l1: l1, l2: l2)
        }
        var all = gradients.memory.mutableSpan(0..<gradients.count)
        if measures || treatment.clipping?.needsNorm == true {
            gradientNorm = Kernels.sumOfSquares(all.span).squareRoot()
        }
        switch treatment.clipping {
        case nil: break
        case .norm(let most):
            let factor = most / (gradientNorm + 1e-6)
            if factor < 1 { Kernels.combine(factor, &all, 0, values.memory.span(0..<values.count)) }
        case .value(let most): Kernels.clamp(&all, to: most)
        }
    }

    // MARK: Sharpness

    /// Moves the parameters by `radius` along their gradient.
    func climb(_ radius: Double) {
        if foot == nil { foot = Buffer(count: values.count) }
        foot!.copy(from: values)
        let norm = Kernels.sumOfSquares(gradients.memory.span(0..<gradients.count)).squareRoot()
        var all = values.memory.mutableSpan(0..<values.count)
        Kernels.combine(1, &all, radius / (norm + 1e-12), gradients.memory.span(0..<gradients.count))
    }

    /// Restores the parameters before `climb`.
    func descend() { values.copy(from: foot!) }

    // MARK: Updates

    /// The completed fraction of the run; 0 outside a run.
    var progress: Double { schedule.progress(afterUpdates: updates) }

    func beginUpdate() {
        decayFactor = optimizer.decayFading.factor(at: progress)
        updates += 1
        learningRate = optimizer.learningRate.rate(schedule.place(ofUpdate: updates))
        optimizer.beginUpdate(&numbers, step: updates, learningRate: learningRate)
        overflow.begin(step: updates, learningRate: learningRate, numbers: numbers)
    }

    /// Updates a range of the parameters.
    func update(_ range: Range<Int>) {
        overflow.keep(range)
        for stretch in stretches where stretch.range.overlaps(range) {
            let range = stretch.range.clamped(to: range)
            var update = update(stretch, range, parameters: values.memory.mutableSpan(range))
            optimizer.update(&update)
        }
        for (range, frozen) in frozen { values.memory.extracting(range).copy(from: frozen.memory) }
        overflow.check(range)
    }

    @_lifetime(copy parameters)
    private func update(
        _ stretch: UpdateStretch, _ range: Range<Int>, parameters: consuming MutableSpan<Scalar>
    ) -> ParameterUpdate<Scalar> {
        ParameterUpdate(
            step: updates, range: range, learningRate: learningRate * stretch.rateFactor,
            weightDecay: stretch.weightDecay * decayFactor, numbers: numbers, tensors: tensors, parameters: parameters,
            gradients: gradients.memory.span(range), state: optimizerState, tensorMemory: tensorMemory)
    }

    /// - Returns: false if a parameter became infinite or NaN; all are then restored.
    func endUpdate() -> Bool {
        if overflow.end() { return true }
        updates -= 1
        hasGradients = false
        return false
    }
}
