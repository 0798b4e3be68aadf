import Perceptron

/// v ← μv + g, w ← w − ηv (`torch.optim.SGD` with momentum).
struct Momentum: Optimizer {
    var learningRate: Schedule = 0.05
    var momentum = 0.9
    var treatsParametersApart = true

    var stateVectors: Int { 1 }

    func validate() throws(PerceptronError) { try check("momentum", momentum, 0..<1) }

    func update<Scalar: BLASScalar>(_ update: inout ParameterUpdate<Scalar>) {
        var velocity = update.state(0)
        for index in velocity.indices {
            velocity[index] = Scalar(momentum) * velocity[index] + update.gradients[index]
            update.parameters[index] -= Scalar(update.learningRate) * velocity[index]
        }
    }
}
