import Foundation
import Testing

@testable import Perceptron

@Suite struct AdamTests {
    /// Adam for one number, as PyTorch's documentation writes it.
    struct Reference {
        var parameter: Double
        var first = 0.0
        var second = 0.0
        var step = 0

        mutating func update(_ gradient: Double, _ adam: Adam) {
            step += 1
            first = adam.beta1 * first + (1 - adam.beta1) * gradient
            second = adam.beta2 * second + (1 - adam.beta2) * gradient * gradient
            let correctedFirst = first / (1 - pow(adam.beta1, Double(step)))
            let correctedSecond = second / (1 - pow(adam.beta2, Double(step)))
            let rate = adam.learningRate.rate(at: step, of: 5)
            parameter -= rate * correctedFirst / (correctedSecond.squareRoot() + adam.epsilon)
        }
    }

    static let settings = [
        Adam(), Adam(learningRate: 0.1, beta1: 0, beta2: 0.5, epsilon: 1e-3), Adam(learningRate: 0.01, beta2: 0),
        Adam(learningRate: 0.01, epsilon: 0), Adam(learningRate: 0.02, beta1: 0, beta2: 0, epsilon: 0.5),
        Adam(learningRate: 3, beta1: 0.5, beta2: 0.9, epsilon: 10),
    ]

    private func kernel<Scalar: KernelScalar>(_ set: InstructionSet, _ adam: Adam, _ type: Scalar.Type) {
        var generator = RandomGenerator(seed: 40)
        for count in [1, 2, 3, 7, 8, 9, 16, 31, 33, 70] {
            var parameters = generator.normals(count).map { Scalar($0) }
            var references = parameters.map { Reference(parameter: Double($0)) }
            var first = [Scalar](repeating: 0, count: count)
            var second = first
            for step in 1...5 {
                let gradients = generator.normals(count).map { Scalar($0) }
                parameters.withUnsafeMutableBytes { p in
                    gradients.withUnsafeBytes { g in
                        first.withUnsafeMutableBytes { m in
                            second.withUnsafeMutableBytes { v in
                                let place = UpdatePlace(
                                    step: step, learningRate: adam.learningRate.rate(at: step, of: 5), weightDecay: 0,
                                    numbers: [])
                                var call = Kernels.OptimizerCall(
                                    kind: .adam, count: count, parameters: p.baseAddress!, gradients: g.baseAddress!,
                                    states: (m.baseAddress!, v.baseAddress!, nil), numbers: adam.kernel(place).numbers)
                                Scalar.table(set).functions.update(&call)
                            }
                        }
                    }
                }
                for index in 0..<count { references[index].update(Double(gradients[index]), adam) }
            }
            let tolerance = 64 * Double(Scalar.ulpOfOne)
            func compare(_ found: [Scalar], _ expected: [Double], _ name: Comment) {
                #expect(firstDifference(found.map { Double($0) }, expected, relative: tolerance, floor: 1) == nil, name)
            }
            compare(parameters, references.map(\.parameter), "parameters")
            compare(first, references.map(\.first), "first moment")
            compare(second, references.map(\.second), "second moment")
        }
    }

    @Test(arguments: kernelVariants, settings) func kernelInDouble(_ set: InstructionSet, _ adam: Adam) {
        kernel(set, adam, Double.self)
    }

    @Test(arguments: kernelVariants, settings) func kernelInFloat(_ set: InstructionSet, _ adam: Adam) {
        kernel(set, adam, Float.self)
    }

    /// The whole way, over more parameters than one stretch of an update has: the step counts once per update.
    @Test(arguments: settings) func throughTheTrainer(_ adam: Adam) throws {
        var generator = RandomGenerator(seed: 41)
        // No gradient is 0 behind a Sigmoid: with ε = 0 that would be 0/0, which a trainer refuses.
        let model = try MLP<Double>([Linear(150, 120), Sigmoid(), Linear(120, 3)], seed: 5)
        let inputs = generator.matrix(4, 150, of: Double.self)
        let targets = generator.matrix(4, 3, of: Double.self)
        var trainer = try Trainer(model: model, loss: MeanSquaredError(), optimizer: adam)
        var references = model.parameters.map { Reference(parameter: $0) }
        for _ in 0..<4 {
            try trainer.step(inputs: inputs, targets: targets)
            let gradients = trainer.gradients
            for index in references.indices { references[index].update(gradients[index], adam) }
            let found = trainer.model.parameters
            for index in found.indices {
                let expected = references[index].parameter
                #expect(abs(found[index] - expected) <= 1e-12 * max(1, abs(expected)), "parameter \(index)")
            }
        }
    }

    /// Whatever the gradient's size, the first step is the learning rate.
    @Test(arguments: [1e-3, 1, 1e6]) func firstStepIsTheLearningRate(scale: Double) throws {
        var model = try MLP<Double>([Linear(1, 1)])
        model.parameters = [0, 0]
        var trainer = try Trainer(model: model, loss: MeanSquaredError(), optimizer: Adam(learningRate: 0.25))
        try trainer.step(inputs: Matrix([[1]]), targets: Matrix([[scale]]))
        for parameter in trainer.model.parameters { #expect(abs(parameter - 0.25) < 1e-5) }
    }
}
