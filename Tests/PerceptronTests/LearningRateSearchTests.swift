import Foundation
import TestSupport
import Testing

@testable import Perceptron

@Suite struct LearningRateSearchTests {
    private static let x = RandomGenerator.inputs(rows: 40, columns: 4, seed: 2)
    private static let classes = Targets<Double>.classes(RandomGenerator.labels(rows: 40, below: 3, seed: 3))

    private func model() throws -> MLP<Double> {
        try MLP([Linear(4, 16), Tanh(), Linear(16, 3), Softmax()], seed: 6)
    }

    @Test func ratesGrowUntilTheLossDoes() throws {
        let model = try model()
        let search = try model.findLearningRate(
            inputs: Self.x, targets: Self.classes, loss: CrossEntropy(), batchSize: 16)
        #expect(search.rates.count == search.losses.count && search.losses.count > 20)
        #expect(search.rates[0] == 1e-6)
        for (rate, next) in zip(search.rates, search.rates.dropFirst()) {
            #expect(abs(next / rate - pow(1e7, 1.0 / 99)) < 1e-12)
        }
        let suggestion = try #require(search.suggestion)
        #expect(suggestion > 1e-4 && suggestion < 1)
        // The steps are those of a trainer whose rate grows.
        var trainer = try Trainer(
            model: model, loss: CrossEntropy(),
            optimizer: Adam(learningRate: .exponential(from: 1e-6, factor: pow(1e7, 1.0 / 99))))
        var generator = model.generator
        for epoch in 0..<2 {
            var order = Array(0..<40)
            generator.shuffle(&order)
            for (step, rows) in [order[..<16], order[16..<32], order[32...]].enumerated() {
                let loss = try trainer.step(inputs: Self.x.rows(rows), targets: Self.classes.rows(rows))
                #expect(loss == search.losses[3 * epoch + step])
            }
        }
        #expect(
            try model.findLearningRate(
                inputs: Self.x, targets: Self.classes, loss: CrossEntropy(), batchSize: 16, threads: 1) == search)
    }

    /// Losses of one's own, one for each call, and no gradient.
    private struct Scripted: Loss {
        let losses: [Double]
        private let calls = Locked(0)

        init(_ losses: [Double]) { self.losses = losses }

        func evaluate<Scalar: BLASScalar>(
            outputs: MatrixView<Scalar>, targets: TargetView<Scalar>, scale: Double,
            gradient: inout MutableMatrixView<Scalar>
        ) -> Double {
            for row in 0..<outputs.rows { for column in 0..<outputs.columns { gradient[row, column] = 0 } }
            let call = calls.withLock { calls in
                calls += 1
                return calls - 1
            }
            return Double(outputs.rows) * losses[call]
        }
    }

    /// The first loss beyond four times the least is the last, unless it comes within the first steps.
    @Test func largeLossesEndIt() throws {
        let losses = (0..<30).map { $0 == 5 ? 9 : $0 < 12 ? 1 : $0 < 15 ? 3.9 : 4.1 }
        let search = try MLP<Double>([Linear(4, 3)], seed: 1).findLearningRate(
            inputs: Self.x.rows(0..<8), targets: .matrix(Matrix(rows: 8, columns: 3)), loss: Scripted(losses),
            steps: 30, batchSize: 8, threads: 1)
        #expect(search.losses == Array(losses[...15]))
    }

    @Test func whatDivergesEndsIt() throws {
        let search = try MLP<Double>([Linear(4, 3)], seed: 1).findLearningRate(
            inputs: Self.x, targets: .matrix(Matrix(rows: 40, columns: 3, repeating: 1)), loss: MeanSquaredError(),
            optimizer: SGD(), to: 1e6)
        #expect(search.losses.count < 100 && search.losses.allSatisfy { $0.isFinite })
    }

    @Test func smoothingAndSuggestion() {
        let search = LearningRateSearch(rates: [1, 2, 3, 4, 5], losses: [4, 4, 3, 0, 9])
        let expected = [4, 4, (0.81 * 4 + 0.9 * 4 + 3) / 2.71, (0.9 * (0.81 * 4 + 0.9 * 4 + 3)) / 3.439]
        #expect(firstDifference(Array(search.smoothedLosses.prefix(4)), expected, relative: 1e-14) == nil)
        #expect(search.suggestion == 3)
        #expect(LearningRateSearch(rates: [1, 2, 3], losses: [1, 2, 3]).suggestion == nil)
        #expect(LearningRateSearch(rates: [1, 2], losses: [2, 1]).suggestion == nil)
        let svg = search.svg()
        for text in [">Loss by learning rate<", ">Learning rate<", ">suggestion: 3<", ">smoothed<"] {
            #expect(svg.contains(text), "\(text)")
        }
    }

    @Test func mistakes() throws {
        let model = try model()
        func message(from: Double = 1e-6, to: Double = 1, steps: Int = 100, batchSize: Int = 8) -> String {
            errorMessage {
                _ = try model.findLearningRate(
                    inputs: Self.x, targets: Self.classes, loss: CrossEntropy(), from: from, to: to, steps: steps,
                    batchSize: batchSize)
            }
        }
        #expect(
            message(from: 0)
                == "the learning rates go from 0.0 to 1.0; the first must be positive, the last larger")
        #expect(
            message(from: 2)
                == "the learning rates go from 2.0 to 1.0; the first must be positive, the last larger")
        #expect(message(steps: 2) == "2 learning rates to try; at least 3 are needed")
        #expect(message(batchSize: 0) == "the batch size is 0; at least 1 is needed")
    }
}
