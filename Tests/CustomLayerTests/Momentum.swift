import Perceptron

/// v ← μv + g, w ← w − ηv (`torch.optim.SGD` with momentum).
struct Momentum: Optimizer {
    var learningRate = 0.05
    var momentum = 0.9
    var treatsParametersApart = true

    var stateVectors: Int { 1 }

    func validate() throws(PerceptronError) {
        guard learningRate > 0, learningRate.isFinite else {
            throw .invalidArgument("Momentum: the learning rate is \(learningRate); it must be positive and finite")
        }
    }

    func update<Scalar: BLASScalar>(_ update: inout ParameterUpdate<Scalar>) {
        var velocity = update.state(0)
        for index in velocity.indices {
            velocity[index] = Scalar(momentum) * velocity[index] + update.gradients[index]
            update.parameters[index] -= Scalar(learningRate) * velocity[index]
        }
    }
}
