/// An optimizer that does what another one does, but for something that it changes.
protocol WrappingOptimizer: Optimizer {
    var wrapped: any Optimizer { get }
}

extension Optimizer {
    /// What does the work within whatever is around it.
    var innermost: any Optimizer { (self as? any WrappingOptimizer)?.wrapped.innermost ?? self }
}

extension WrappingOptimizer {
    public var learningRate: Schedule { wrapped.learningRate }
    public var weightDecay: Double { wrapped.weightDecay }
    public var decayFading: Fading { wrapped.decayFading }
    public var groups: [ParameterGroup] { wrapped.groups }
    public var stateVectors: Int { wrapped.stateVectors }
    public var stateNumbers: Int { wrapped.stateNumbers }
    public func tensorState(for tensor: ParameterTensor) -> Int { wrapped.tensorState(for: tensor) }
    public func tensorScratch(for tensor: ParameterTensor) -> Int { wrapped.tensorScratch(for: tensor) }
    public func validate() throws(PerceptronError) { try wrapped.validate() }
    public var treatsParametersApart: Bool { wrapped.treatsParametersApart }
    public var treatsTensorsApart: Bool { wrapped.treatsTensorsApart }
    public var keepsParametersFinite: Bool { wrapped.keepsParametersFinite }
    public var predictsElsewhere: Bool { wrapped.predictsElsewhere }

    public func beginUpdate(_ numbers: inout [Double], step: Int, learningRate: Double) {
        wrapped.beginUpdate(&numbers, step: step, learningRate: learningRate)
    }

    public func update<Scalar: BLASScalar>(_ update: inout ParameterUpdate<Scalar>) { wrapped.update(&update) }

    public func moveToPrediction<Scalar: BLASScalar>(_ update: inout ParameterUpdate<Scalar>) {
        wrapped.moveToPrediction(&update)
    }

    public func moveFromPrediction<Scalar: BLASScalar>(_ update: inout ParameterUpdate<Scalar>) {
        wrapped.moveFromPrediction(&update)
    }
}
