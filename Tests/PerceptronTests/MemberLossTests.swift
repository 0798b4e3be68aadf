import Foundation
import TestSupport
import Testing

@testable import Perceptron

@Suite struct MemberLossTests {
    private static let layers: [any Layer] = [
        EnsembleLinear(4, 5, members: 3), Tanh(), EnsembleLinear(5, 2, members: 3),
    ]
    private static let inputs: Matrix<Double> = {
        var generator = RandomGenerator(seed: 4)
        return generator.matrix(6, 4, of: Double.self)
    }()
    private static let classes = [0, 1, 1, 0, 1, 0]

    /// What each member says, and its own loss.
    private static func losses(_ model: MLP<Double>, weights: [Double]) throws -> [Double] {
        let logits = try MLP(Array(model.layers.dropLast()), parameters: model.parameters).predict(inputs)
        return (0..<3).map { member in
            var sum = 0.0
            for row in 0..<6 {
                let own = (0..<2).map { logits[row, 2 * member + $0] }
                let largest = own.max()!
                let all = own.reduce(0) { $0 + exp($1 - largest) }
                sum -= weights[row] * (own[classes[row]] - largest - log(all))
            }
            return sum / weights.reduce(0, +)
        }
    }

    @Test func isTheMeanOfTheMembersLosses() throws {
        let model = try MLP<Double>(Self.layers + [MemberMean(members: 3, softmax: true)], seed: 2)
        for weights in [[1.0, 1, 1, 1, 1, 1], [1, 2, 0, 3, 0.5, 1]] {
            var trainer = try Trainer(model: model, loss: MemberLoss(CrossEntropy()), optimizer: SGD())
            _ = try trainer.forward(Self.inputs)
            let loss = try trainer.backward(targets: Self.classes, sampleWeights: weights)
            let expected = try Self.losses(model, weights: weights)
            #expect(abs(loss - expected.reduce(0, +) / 3) < 1e-12)
            #expect(Set(expected.map { ($0 * 1e9).rounded() }).count == 3)
        }
    }

    /// A member's own factors get the gradient of its own loss, a third of it.
    @Test func aMemberLearnsAsIfItWereAlone() throws {
        let model = try MLP<Double>(Self.layers + [MemberMean(members: 3, softmax: true)], seed: 2)
        var trainer = try Trainer(model: model, loss: MemberLoss(CrossEntropy()), optimizer: SGD())
        _ = try trainer.forward(Self.inputs)
        _ = try trainer.backward(targets: Self.classes)
        let weights = [Double](repeating: 1, count: 6)
        for tensor in model.parameterLayout where tensor.name != "weight" {
            for place in tensor.range {
                let member = (place - tensor.range.lowerBound) / tensor.columns
                let ends = try [-1e-6, 1e-6].map { shift in
                    var shifted = model
                    shifted.parameters[place] += shift
                    return try Self.losses(shifted, weights: weights)
                }
                for other in 0..<3 {
                    let slope = (ends[1][other] - ends[0][other]) / 2e-6
                    let expected = other == member ? 3 * trainer.gradients[place] : 0
                    #expect(abs(slope - expected) < 1e-7, "\(tensor.name) of \(member)")
                }
            }
        }
    }

    /// The forward pass, metrics and predictions have the mean, not what the loss sees.
    @Test(arguments: [true, false]) func theModelGivesTheMean(softmax: Bool) throws {
        let model = try MLP<Double>(Self.layers + [MemberMean(members: 3, softmax: softmax)], seed: 2)
        let loss: any Loss = softmax ? MemberLoss(CrossEntropy()) : MemberLoss(MeanSquaredError())
        var trainer = try Trainer(model: model, loss: loss, optimizer: SGD(learningRate: 0.1))
        let predicted = try model.predict(Self.inputs)
        let forward = try trainer.forward(Self.inputs)
        #expect(forward.columns == 2)
        for (one, other) in zip(predicted.elements, forward.elements) { #expect(abs(one - other) < 1e-14) }
        let targets = Matrix<Double>(Self.classes.map { $0 == 1 ? [0, 1] : [1, 0] })
        let history = try trainer.train(
            inputs: Self.inputs, targets: targets, epochs: 1,
            validation: .rows(Self.inputs, targets), metrics: [.meanSquaredError],
            progress: .silent)
        let after = try Metric.meanSquaredError(try trainer.model.predict(Self.inputs), targets)
        #expect(abs(history.metrics[0].values[0] - after) < 1e-14)
        // The loss of the mean is less than the mean of the losses.
        if !softmax { #expect(history.validationLosses[0] > after + 1e-6) }
    }

    @Test func whatDoesNotGoTogetherIsNamed() throws {
        func message(_ layers: [any Layer], _ loss: any Loss) -> String {
            do {
                _ = try Trainer(model: MLP<Double>(layers), loss: loss, optimizer: SGD())
                return ""
            } catch {
                return "\(error)"
            }
        }
        #expect(
            message([Linear(2, 2), Softmax()], MemberLoss(CrossEntropy())).contains(
                "MemberLoss takes the outputs of members, which MemberMean has; the model ends in Softmax"))
        #expect(
            message([Linear(2, 4), MemberMean(members: 2, softmax: true)], MemberLoss(MeanSquaredError())).contains(
                "MemberLoss of MeanSquaredError takes the outputs of members without a softmax"))
        var trainer = try Trainer(
            model: MLP<Double>([Linear(2, 6), MemberMean(members: 2, softmax: true)]), loss: MemberLoss(CrossEntropy()),
            optimizer: SGD())
        #expect(throws: PerceptronError.shapeMismatch("targets have 6 columns; the model gives 3")) {
            try trainer.step(inputs: Matrix([[1, 2]]), targets: Matrix([[1, 0, 0, 0, 0, 0]]))
        }
    }
}
