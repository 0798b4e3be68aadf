/// A rule that updates parameters by their gradients: one update of the model's flat vectors per step.
///
/// ```swift
/// /// v ← μv + g, w ← w − ηv.
/// struct Momentum: Optimizer {
///     var learningRate: Schedule = 0.01
///     var momentum = 0.9
///
///     var stateVectors: Int { 1 }
///     var treatsParametersApart: Bool { true }
///     func validate() throws(PerceptronError) { try check("momentum", momentum, 0..<1) }
///
///     func update<Scalar: BLASScalar>(_ update: inout ParameterUpdate<Scalar>) {
///         var velocity = update.state(0)
///         for index in velocity.indices {
///             velocity[index] = Scalar(momentum) * velocity[index] + update.gradients[index]
///             update.parameters[index] -= Scalar(update.learningRate) * velocity[index]
///         }
///     }
/// }
/// ```
public protocol Optimizer: Sendable {
    /// The learning rate; each update gets its value in `ParameterUpdate.learningRate`. 1 by default.
    var learningRate: Schedule { get }

    /// How much parameters decay, in the optimizer's own sense, where their layer allows it; each update gets its value
    /// in `ParameterUpdate.weightDecay`. 0 by default.
    var weightDecay: Double { get }

    /// How the decay fades over a run of training; not at all by default.
    var decayFading: Fading { get }

    /// Parameters with another learning rate or decay; none by default.
    var groups: [ParameterGroup] { get }

    /// How many vectors as long as the parameters the optimizer keeps from step to step; they start at zero.
    var stateVectors: Int { get }

    /// How many numbers it keeps that are common to all parameters; they start at zero.
    var stateNumbers: Int { get }

    /// How many more scalars it keeps for a tensor, such as matrices of other shapes; they start at zero. 0 by default;
    /// only an optimizer that treats tensors apart gets them.
    func tensorState(for tensor: ParameterTensor) -> Int

    /// How many scalars it needs temporarily for a tensor.
    func tensorScratch(for tensor: ParameterTensor) -> Int

    /// Throws `PerceptronError.invalidArgument` if a setting is out of its range. The trainer checks the learning rate.
    func validate() throws(PerceptronError)

    /// Begins an update, before its parts are computed, possibly on several threads: updates the common numbers.
    func beginUpdate(_ numbers: inout [Double], step: Int, learningRate: Double)

    /// Moves the parameters of `update` and updates its state.
    func update<Scalar: BLASScalar>(_ update: inout ParameterUpdate<Scalar>)

    /// Whether each parameter moves independently of the others, so that the vector may be cut anywhere and its parts
    /// updated on several threads. False by default.
    var treatsParametersApart: Bool { get }

    /// Whether each tensor moves independently of the others: then an update has one tensor, or, if parameters move
    /// independently, a part of it. `treatsParametersApart` by default.
    var treatsTensorsApart: Bool { get }

    /// Whether finite parameters and gradients always lead to finite parameters. False by default; the trainer then
    /// keeps a copy of the parameters to return to, unless it can show that none is needed.
    var keepsParametersFinite: Bool { get }

    /// Whether the parameters that predict differ from those that are trained, as an average of them does. False by
    /// default.
    var predictsElsewhere: Bool { get }

    /// Replaces the parameters of `update` by those that predict, where these differ; not called before the first
    /// update.
    func moveToPrediction<Scalar: BLASScalar>(_ update: inout ParameterUpdate<Scalar>)

    /// The parameters were set from outside to predicting ones: adjusts the state so that `moveToPrediction` gives the
    /// same parameters.
    func moveFromPrediction<Scalar: BLASScalar>(_ update: inout ParameterUpdate<Scalar>)
}

extension Optimizer {
    public var learningRate: Schedule { 1 }
    public var weightDecay: Double { 0 }
    public var decayFading: Fading { .none }
    public var groups: [ParameterGroup] { [] }
    public var stateNumbers: Int { 0 }
    public func tensorState(for tensor: ParameterTensor) -> Int { 0 }
    public func tensorScratch(for tensor: ParameterTensor) -> Int { 0 }
    public func beginUpdate(_ numbers: inout [Double], step: Int, learningRate: Double) {}
    public var treatsParametersApart: Bool { false }
    public var treatsTensorsApart: Bool { treatsParametersApart }
    public var keepsParametersFinite: Bool { false }
    public var predictsElsewhere: Bool { false }
    public func moveToPrediction<Scalar: BLASScalar>(_ update: inout ParameterUpdate<Scalar>) {}
    public func moveFromPrediction<Scalar: BLASScalar>(_ update: inout ParameterUpdate<Scalar>) {}

    /// What messages and checkpoints call it.
    var name: String { (self as? any WrappingOptimizer)?.wrapped.name ?? "\(type(of: self))" }

    /// Throws `PerceptronError.invalidArgument` unless a number of the optimizer is in a range, which is finite.
    public func check(_ name: String, _ value: Double, _ range: Range<Double>) throws(PerceptronError) {
        guard range.contains(value) else {
            throw .invalidArgument(
                "\(self.name): \(name) is \(value); it must be at least \(range.lowerBound.formattedAsBound) and below "
                    + range.upperBound.formattedAsBound)
        }
    }

    /// Throws `PerceptronError.invalidArgument` unless a number of the optimizer is finite and not negative.
    public func check(notNegative name: String, _ value: Double) throws(PerceptronError) {
        guard value >= 0, value.isFinite else {
            throw .invalidArgument("\(self.name): \(name) is \(value); it must be finite and not negative")
        }
    }

    /// All that is to be right before training: the optimizer's own numbers, and those that every one has.
    func validateAll(for tensors: [ParameterTensor], layers: Int) throws(PerceptronError) {
        try learningRate.validate(owner: name)
        try check(notNegative: "weight decay", weightDecay)
        try validate()
        guard groups.isEmpty || treatsTensorsApart else {
            throw .invalidArgument(
                "\(name) moves all parameters together; groups need an optimizer that treats parameters or "
                    + "tensors separately"
            )
        }
        for group in groups { try group.check(owner: name, tensors: tensors, layers: layers) }
    }
}

extension Double {
    /// Without a fraction where there is none.
    fileprivate var formattedAsBound: String { self == rounded() ? "\(Int(self))" : "\(self)" }
}
