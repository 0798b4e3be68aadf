import Foundation
import Testing

@testable import Perceptron

/// Whole trainings, computed by PyTorch in float64 (`Golden/make_golden.py`), replayed.
@Suite struct GoldenTrajectoryTests {
    struct File: Decodable {
        let cases: [Case]
    }

    struct Case: Decodable, Sendable, CustomTestStringConvertible {
        struct LayerDescription: Decodable {
            let kind: String
            let inputs: Int
            let outputs: Int
            let bias: Bool

            func layer() throws -> any Layer {
                switch kind {
                case "linear": Linear(inputs, outputs, bias: bias)
                case "relu": ReLU()
                case "sigmoid": Sigmoid()
                case "softmax": Softmax()
                default: throw PerceptronError.invalidArgument("a layer \(kind)")
                }
            }
        }
        struct Hyperparameters: Decodable {
            let learningRate: Double
            let beta1: Double
            let beta2: Double
            let epsilon: Double
        }
        struct Values: Decodable {
            let rows: Int
            let columns: Int
            let elements: [Double]

            var matrix: Matrix<Double> { Matrix(rows: rows, columns: columns, elements: elements) }
        }
        let name: String
        let layers: [LayerDescription]
        let loss: String
        let optimizer: Hyperparameters
        let batchSize: Int
        let epochs: Int
        let initial: [Double]
        let inputs: Values
        let targets: Values?
        let classes: [Int]?
        let orders: [[Int]]?
        let gradientStride: Int
        let losses: [Double]
        let firstGradient: [Double]
        let final: [Double]
        let predictions: [Double]

        var testDescription: String { name }

        func trainer(threads: Int? = nil) throws -> Trainer<Double> {
            var model = try MLP<Double>(layers.map { try $0.layer() })
            try model.setParameters(initial)
            return try Trainer(
                model: model,
                loss: loss != "crossEntropy"
                    ? MeanSquaredError() : model.layers.last is Softmax ? CrossEntropy() : CrossEntropy(.probabilities),
                optimizer: Adam(
                    learningRate: .constant(optimizer.learningRate), beta1: optimizer.beta1, beta2: optimizer.beta2,
                    epsilon: optimizer.epsilon), threads: threads)
        }

        var testTargets: TestTargets<Double> {
            if let classes { return .classes(classes) }
            return .matrix(targets?.matrix ?? Matrix(rows: 0, columns: 0))
        }

        /// The rows of each batch of each epoch.
        var batches: [[Int]] {
            (0..<epochs).flatMap { epoch in
                let order = orders?[epoch] ?? Array(0..<inputs.rows)
                return stride(from: 0, to: order.count, by: batchSize).map {
                    Array(order[$0..<min($0 + batchSize, order.count)])
                }
            }
        }
    }

    static let cases: [Case] = {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden/trajectories.json")
        let cases = (try? JSONDecoder().decode(File.self, from: Data(contentsOf: file)))?.cases ?? []
        return cases
    }()

    @Test func allCasesAreRead() {
        #expect(Self.cases.count == 12)
    }

    @Test(arguments: cases) func stepByStep(_ golden: Case) throws {
        var trainer = try golden.trainer()
        let inputs = golden.inputs.matrix
        var losses: [Double] = []
        for (index, rows) in golden.batches.enumerated() {
            losses.append(try trainer.step(inputs.rows(rows), golden.testTargets.rows(rows)))
            if index == 0 {
                let some = stride(from: 0, to: trainer.gradients.count, by: golden.gradientStride).map {
                    trainer.gradients[$0]
                }
                #expect(firstDifference(some, golden.firstGradient, relative: 1e-10) == nil, "first gradient")
            }
        }
        #expect(firstDifference(losses, golden.losses, relative: 1e-10) == nil, "losses")
        #expect(firstDifference(trainer.model.parameters, golden.final, relative: 1e-10) == nil, "final parameters")
        let shown = inputs.rows(0..<min(16, inputs.rows))
        let predictions = try trainer.model.predict(shown).elements
        #expect(firstDifference(predictions, golden.predictions, relative: 1e-10) == nil, "predictions")
    }

    /// The same in one call of `train`, whose epoch losses are means over rows.
    @Test(arguments: cases.filter { $0.orders == nil }) func inOneCall(_ golden: Case) throws {
        var trainer = try golden.trainer()
        let history = try trainer.train(
            golden.inputs.matrix, golden.testTargets, epochs: golden.epochs, batchSize: golden.batchSize,
            sampling: .inOrder)
        let steps = golden.losses.count / golden.epochs
        let sizes = golden.batches.map { Double($0.count) }
        let means = (0..<golden.epochs).map { epoch in
            let range = epoch * steps..<(epoch + 1) * steps
            return range.reduce(0) { $0 + golden.losses[$1] * sizes[$1] } / Double(golden.inputs.rows)
        }
        #expect(firstDifference(history.losses, means, relative: 1e-10) == nil, "losses")
        #expect(firstDifference(trainer.model.parameters, golden.final, relative: 1e-10) == nil, "final parameters")
    }

    /// The three calls of which a step is made give its trajectory too.
    @Test(arguments: cases) func inThreeCalls(_ golden: Case) throws {
        var trainer = try golden.trainer()
        let inputs = golden.inputs.matrix
        for rows in golden.batches {
            _ = try trainer.forward(inputs.rows(rows))
            _ = try trainer.backward(golden.testTargets.rows(rows))
            trainer.update()
        }
        #expect(firstDifference(trainer.model.parameters, golden.final, relative: 1e-10) == nil, "final parameters")
    }
}
