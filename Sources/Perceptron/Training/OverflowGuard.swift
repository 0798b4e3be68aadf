import Synchronization

/// Restores the parameters if an update makes one of them infinite or NaN: it copies them before and checks them after
/// the update, unless bounds prove that the update can't overflow.
final class OverflowGuard<Scalar: BLASScalar>: @unchecked Sendable {
    private let parameters: Buffer<Scalar>
    private let optimizerState: [Buffer<Scalar>]
    private let keepsParametersFinite: Bool
    /// The optimizer, if bounds of its updates are known.
    private let optimizer: (any KernelOptimizer)?
    private let largestFactor: Double
    private let largestDecay: Double

    private var bounds = UpdateBounds()
    /// Whether the optimizer's state results from updates with finite parameters.
    private var stateIsProven = true
    private var mayOverflow = false
    private var parametersBefore: Buffer<Scalar>?
    /// The bits of the largest gradient magnitude; they have the order of the magnitudes.
    private let largestGradient = Atomic<UInt64>(0)
    private let isFinite = Atomic<Bool>(true)

    init(
        _ optimizer: any Optimizer, parameters: Buffer<Scalar>, optimizerState: [Buffer<Scalar>],
        stretches: [UpdateStretch]
    ) {
        self.parameters = parameters
        self.optimizerState = optimizerState
        keepsParametersFinite = optimizer.keepsParametersFinite
        self.optimizer = optimizer.innermost as? any KernelOptimizer
        largestFactor = stretches.map(\.rateFactor).max() ?? 1
        largestDecay = stretches.map(\.weightDecay).max() ?? 0
    }

    /// Creates a guard for copies of the vectors.
    init(copying other: OverflowGuard, parameters: Buffer<Scalar>, optimizerState: [Buffer<Scalar>]) {
        self.parameters = parameters
        self.optimizerState = optimizerState
        keepsParametersFinite = other.keepsParametersFinite
        optimizer = other.optimizer
        largestFactor = other.largestFactor
        largestDecay = other.largestDecay
        bounds = other.bounds
        stateIsProven = other.stateIsProven
    }

    // MARK: The inputs of an update

    func beginGradients() { largestGradient.store(0, ordering: .relaxed) }

    /// Checks some gradients.
    func measure(_ gradients: Span<Scalar>) {
        largestGradient.max(Kernels.largestMagnitude(gradients).bitPattern, ordering: .relaxed)
    }

    /// - Returns: false if one is infinite or NaN.
    @discardableResult
    func endGradients() -> Bool {
        bounds.gradients = Double(bitPattern: largestGradient.load(ordering: .relaxed))
        return bounds.gradients.isFinite
    }

    /// To be called when penalties were added to the gradients.
    func addPenalty(l1: Double, l2: Double) {
        if !bounds.parameters.isFinite { measureParameters() }
        bounds.gradients += l1 + l2 * bounds.parameters
    }

    /// To be called when the parameters were set from outside.
    func forgetParameters() { bounds = UpdateBounds(gradients: bounds.gradients) }

    /// To be called when the optimizer's state was set from outside, and may not result from updates.
    func forgetState() {
        bounds.state = .infinity
        stateIsProven = false
    }

    // MARK: An update

    func begin(step: Int, learningRate: Double, numbers: [Double]) {
        let place = UpdatePlace(
            step: step, learningRate: learningRate * largestFactor, weightDecay: largestDecay, numbers: numbers)
        mayOverflow = !keepsParametersFinite && !isSafe(place)
        if !mayOverflow { return }
        if parametersBefore == nil { parametersBefore = Buffer(count: parameters.count) }
        isFinite.store(true, ordering: .relaxed)
    }

    /// To be called before parameters are written.
    func keep(_ range: Range<Int>) {
        guard mayOverflow, let before = parametersBefore else { return }
        before.memory.extracting(range).copy(from: parameters.memory.extracting(range))
    }

    /// To be called after they were written.
    func check(_ range: Range<Int>) {
        guard mayOverflow, Kernels.firstNonFinite(parameters.memory.span(range)) != nil else { return }
        isFinite.store(false, ordering: .relaxed)
    }

    /// - Returns: false if a parameter became infinite or NaN; all are then restored.
    func end() -> Bool {
        guard mayOverflow, let before = parametersBefore else { return true }
        forgetParameters()
        stateIsProven = isFinite.load(ordering: .relaxed)
        if !stateIsProven { parameters.copy(from: before) }
        return stateIsProven
    }

    /// Whether the update can't overflow; the bounds are then those after it.
    private func isSafe(_ place: UpdatePlace) -> Bool {
        guard let optimizer, stateIsProven, UpdateBounds.plausibleNumbers.contains(place.learningRate),
            UpdateBounds.plausibleNumbers.contains(place.weightDecay)
        else { return false }
        guard var after = optimizer.bounds(after: bounds, place) else { return false }
        if !after.areSafe(for: Scalar.self) {
            measureParameters()
            bounds.state = optimizer.boundedState.map { largest(optimizerState[$0]) } ?? 0
            after = optimizer.bounds(after: bounds, place) ?? UpdateBounds()
        }
        // More than the rounding of an update.
        let rounding = 1 + 0x1p-20
        bounds.parameters = rounding * after.parameters
        bounds.state = rounding * after.state
        return after.areSafe(for: Scalar.self)
    }

    private func measureParameters() { bounds.parameters = largest(parameters) }

    private func largest(_ vector: Buffer<Scalar>) -> Double {
        Kernels.largestMagnitude(vector.memory.span(0..<vector.count))
    }
}
