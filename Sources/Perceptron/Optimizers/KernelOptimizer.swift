/// An optimizer that moves each parameter by itself, in a C loop.
protocol KernelOptimizer: Optimizer {
    /// The loop with its numbers for an update.
    func kernel(_ place: UpdatePlace) -> OptimizerKernel

    /// Which of the state vectors are the loop's first, second and third; in their order unless an optimizer says otherwise.
    var kernelStates: (Int?, Int?, Int?) { get }

    /// The state vector that `UpdateBounds.state` is of; none unless an optimizer says so.
    var boundedState: Int? { get }

    /// The bounds after an update; nil if nothing can be said. Of the other states it is known that roots can be taken of
    /// those of which they are taken.
    func bounds(after bounds: UpdateBounds, _ place: UpdatePlace) -> UpdateBounds?
}

/// What the numbers of an update follow from.
struct UpdatePlace {
    /// Counted from 1.
    let step: Int
    let learningRate: Double
    let weightDecay: Double
    let numbers: [Double]

    /// 1 − βᵗ: what a mean that began at 0 has seen so far.
    func correction(_ beta: Double) -> Double { 1 - power(beta, Double(step)) }
}

extension KernelOptimizer {
    var kernelStates: (Int?, Int?, Int?) {
        (stateVectors > 0 ? 0 : nil, stateVectors > 1 ? 1 : nil, stateVectors > 2 ? 2 : nil)
    }

    var boundedState: Int? { nil }

    public var treatsParametersApart: Bool { true }

    public func update<Scalar: BLASScalar>(_ update: inout ParameterUpdate<Scalar>) { applyKernel(to: &update) }

    /// - Parameter rateFactor: what the learning rate is multiplied by.
    func applyKernel<Scalar: BLASScalar>(to update: inout ParameterUpdate<Scalar>, rateFactor: Double = 1) {
        update.apply(kernel(update.place(rateFactor: rateFactor)), states: kernelStates)
    }
}

extension ParameterUpdate {
    // Specialised here, because the optimizer that calls them is known at run time alone.
    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    fileprivate func place(rateFactor: Double) -> UpdatePlace {
        UpdatePlace(step: step, learningRate: learningRate * rateFactor, weightDecay: weightDecay, numbers: numbers)
    }

    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    fileprivate mutating func apply(_ kernel: OptimizerKernel, states: (Int?, Int?, Int?)) {
        var first = stateIfAny(states.0)
        var second = stateIfAny(states.1)
        var third = stateIfAny(states.2)
        Kernels.update(kernel, parameters: &parameters, gradients: gradients, states: &first, &second, &third)
    }
}
