import Testing

@testable import Perceptron

@Suite struct LearningTests {
    private func learnsXOR<Scalar: BLASScalar>(_ type: Scalar.Type, seed: UInt64) throws {
        let x = Matrix<Scalar>(rows: 4, columns: 2, elements: [0, 0, 0, 1, 1, 0, 1, 1])
        let y = Matrix<Scalar>([[1, 0], [0, 1], [0, 1], [1, 0]])
        var model = try MLP<Scalar>([Linear(2, 16), ReLU(), Linear(16, 2), Softmax()], seed: seed)
        let history = try model.train(
            inputs: x, targets: y, loss: CrossEntropy(), optimizer: Adam(learningRate: 0.01), epochs: 200,
            batchSize: 4, progress: .silent)
        #expect(history.losses.count == 200)
        #expect(history.losses[199] < 0.1 && history.losses[199] < history.losses[0] / 5)
        let probabilities = try model.predict(x)
        for row in 0..<4 {
            #expect((probabilities[row, 1] > 0.5) == (y[row, 1] == 1))
            #expect(abs(probabilities[row, 0] + probabilities[row, 1] - 1) < 1e-6)
        }
    }

    @Test(arguments: 1...3 as ClosedRange<UInt64>) func xorInDouble(seed: UInt64) throws {
        try learnsXOR(Double.self, seed: seed)
    }

    @Test(arguments: 1...3 as ClosedRange<UInt64>) func xorInFloat(seed: UInt64) throws {
        try learnsXOR(Float.self, seed: seed)
    }

    /// The share of a held-out random fifth that 64-128-10 gets right.
    private func digitsAccuracy<Scalar: BLASScalar>(_ type: Scalar.Type, seed: UInt64) throws -> Double {
        let (inputs, classes) = Digits.all
        var order = Array(0..<inputs.rows)
        var generator = RandomGenerator(seed: seed)
        generator.shuffle(&order)
        let heldOut = Array(order.prefix(inputs.rows / 5))
        let rest = Array(order.dropFirst(inputs.rows / 5))
        var model = try MLP<Scalar>([Linear(64, 128), ReLU(), Linear(128, 10), Softmax()], seed: seed)
        try model.train(
            inputs: Matrix<Scalar>(inputs.rows(rest)), targets: rest.map { classes[$0] }, loss: CrossEntropy(),
            optimizer: Adam(learningRate: 0.003), epochs: 15, batchSize: 32, progress: .silent)
        let probabilities = try model.predict(Matrix<Scalar>(inputs.rows(heldOut)))
        let right = heldOut.enumerated().count { position, row in
            let values = (0..<10).map { probabilities[position, $0] }
            return values.indices.max { values[$0] < values[$1] } == classes[row]
        }
        return Double(right) / Double(heldOut.count)
    }

    @Test func digitsAreRead() {
        #expect(Digits.all.classes.count == 1797)
        #expect(Digits.all.inputs.rows == 1797)
        #expect(Digits.all.inputs.elements.allSatisfy { $0 >= 0 && $0 <= 1 })
        #expect(Set(Digits.all.classes) == Set(0..<10))
    }

    @Test func digitsInDouble() throws {
        let accuracies = try (1...5 as ClosedRange<UInt64>).map { try digitsAccuracy(Double.self, seed: $0) }
        #expect(accuracies.allSatisfy { $0 >= 0.95 }, "\(accuracies)")
        #expect(accuracies.reduce(0, +) / 5 >= 0.97, "\(accuracies)")
    }

    @Test func digitsInFloat() throws {
        #expect(try digitsAccuracy(Float.self, seed: 1) >= 0.95)
    }
}
