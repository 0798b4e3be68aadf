/// How parameters move along their gradients: one update of the model's flat vector per step.
public protocol Optimizer: Sendable {
    /// How many vectors as long as the parameters the optimizer keeps from step to step; they start at zero.
    var stateVectors: Int { get }

    /// Throws `PerceptronError.invalidArgument` if a number of the optimizer is out of its range.
    func validate() throws(PerceptronError)

    /// Moves the parameters of `update` and brings its state up to date.
    func update<Scalar: BLASScalar>(_ update: inout ParameterUpdate<Scalar>)

    /// Whether each parameter moves independently of the others, so that the vector may be cut anywhere and its
    /// parts updated apart, on several threads. False unless an optimizer says so.
    var treatsParametersApart: Bool { get }

    /// Whether finite parameters and gradients lead to finite parameters, whatever they are. False unless an optimizer
    /// says so; the trainer then keeps a copy of the parameters to go back to.
    var keepsParametersFinite: Bool { get }
}

extension Optimizer {
    public var treatsParametersApart: Bool { false }
    public var keepsParametersFinite: Bool { false }
}

/// A stretch of the flat vectors in one update: the whole, unless the optimizer treats parameters apart.
public struct ParameterUpdate<Scalar: BLASScalar>: ~Copyable, ~Escapable {
    /// The number of this update, from 1: one count for all parameters.
    public let step: Int
    /// Where the stretch is in the flat vector.
    public let range: Range<Int>
    public var parameters: MutableSpan<Scalar>
    public let gradients: Span<Scalar>
    private let state: [Buffer<Scalar>]

    @_lifetime(copy parameters, copy gradients)
    init(
        step: Int, range: Range<Int>, parameters: consuming MutableSpan<Scalar>, gradients: Span<Scalar>,
        state: [Buffer<Scalar>]
    ) {
        self.step = step
        self.range = range
        self.parameters = parameters
        self.gradients = gradients
        self.state = state
    }

    /// State vector number `index`, the same stretch of it.
    @_lifetime(copy self)
    public func state(_ index: Int) -> MutableSpan<Scalar> {
        state[index].memory.mutableSpan(range)
    }
}
