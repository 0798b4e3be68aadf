import Synchronization

/// The parameters in training, their gradients and the optimizer's state: flat vectors of one length.
final class ParameterVectors<Scalar: BLASScalar>: @unchecked Sendable {
    let optimizer: any Optimizer
    let values: Buffer<Scalar>
    /// The parameters before the last update, to go back to if that made one infinite or NaN; none if it can't.
    private let valuesBefore: Buffer<Scalar>?
    let gradients: Buffer<Scalar>
    let optimizerState: [Buffer<Scalar>]
    private(set) var updates = 0
    private(set) var hasGradients = false
    /// What is written back after an update, where the optimizer moves all parameters together: the others are frozen by
    /// not being updated.
    private let frozen: [(range: Range<Int>, values: Buffer<Scalar>)]
    private let gradientIsFinite = Atomic<Bool>(true)
    private let updateIsFinite = Atomic<Bool>(true)

    /// - Parameter frozen: the stretches that an optimizer must leave alone.
    init(_ values: [Scalar], _ optimizer: any Optimizer, frozen: [Range<Int>]) {
        self.optimizer = optimizer
        self.frozen = optimizer.treatsParametersApart ? [] : frozen.map { ($0, Buffer(Array(values[$0]))) }
        self.values = Buffer(values)
        valuesBefore = optimizer.keepsParametersFinite ? nil : Buffer(count: values.count)
        gradients = Buffer(count: values.count)
        optimizerState = (0..<optimizer.stateVectors).map { _ in Buffer(count: values.count) }
    }

    init(copying other: ParameterVectors) {
        optimizer = other.optimizer
        frozen = other.frozen
        values = Buffer(copying: other.values)
        valuesBefore = other.valuesBefore.map { Buffer(count: $0.count) }
        gradients = Buffer(copying: other.gradients)
        optimizerState = other.optimizerState.map { Buffer(copying: $0) }
        updates = other.updates
        hasGradients = other.hasGradients
    }

    /// Takes up the optimizer where it was.
    func resume(updates: Int, state: [[Scalar]]) {
        self.updates = updates
        for (buffer, values) in zip(optimizerState, state) { values.withMemory { buffer.memory.copy(from: $0) } }
    }

    func set(_ values: [Scalar]) {
        values.withMemory { self.values.memory.copy(from: $0) }
    }

    // MARK: Gradients

    func beginGradients() {
        hasGradients = false
        gradientIsFinite.store(true, ordering: .relaxed)
    }

    /// Looks at gradients that have been written.
    func checkGradients(_ range: Range<Int>) {
        if Kernels.firstNonFinite(gradients.memory.span(range)) != nil {
            gradientIsFinite.store(false, ordering: .relaxed)
        }
    }

    /// - Returns: false if one is infinite or NaN; there are none then.
    func endGradients() -> Bool {
        hasGradients = gradientIsFinite.load(ordering: .relaxed)
        return hasGradients
    }

    func dropGradients() { hasGradients = false }

    // MARK: Updates

    func beginUpdate() {
        updates += 1
        updateIsFinite.store(true, ordering: .relaxed)
    }

    /// Updates a stretch of the parameters.
    func update(_ range: Range<Int>) {
        if let valuesBefore {
            let stretch = MatrixBlock(offset: range.lowerBound, columns: range.count)
            var before = valuesBefore.memory.mutableView(stretch, rows: 0..<1, columns: 0..<range.count)
            Kernels.copy(values.memory.view(stretch, rows: 0..<1, columns: 0..<range.count), into: &before)
        }
        var update = ParameterUpdate(
            step: updates, range: range, parameters: values.memory.mutableSpan(range),
            gradients: gradients.memory.span(range), state: optimizerState)
        optimizer.update(&update)
        for (range, frozen) in frozen { values.memory.extracting(range).copy(from: frozen.memory) }
        if valuesBefore != nil, Kernels.firstNonFinite(values.memory.span(range)) != nil {
            updateIsFinite.store(false, ordering: .relaxed)
        }
    }

    /// - Returns: false if a parameter became infinite or NaN; all are as before the update then.
    func endUpdate() -> Bool {
        guard let valuesBefore, !updateIsFinite.load(ordering: .relaxed) else { return true }
        updates -= 1
        hasGradients = false
        values.copy(from: valuesBefore)
        return false
    }
}
