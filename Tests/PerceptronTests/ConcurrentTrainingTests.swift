import Testing

@testable import Perceptron

/// Models that train at the same time become what they become alone.
@Suite struct ConcurrentTrainingTests {
    private func train<Scalar: BLASScalar>(_ type: Scalar.Type, seed: UInt64, threads: Int?) throws -> [Scalar] {
        var generator = RandomGenerator(seed: seed)
        let inputs = generator.matrix(400, 11, of: type)
        let classes = generator.classes(400, below: 5)
        var model = try MLP<Scalar>([Linear(11, 23), ReLU(), Linear(23, 5), Softmax()], seed: seed)
        try model.train(
            inputs: inputs, targets: classes, loss: CrossEntropy(), optimizer: Adam(learningRate: 0.01), epochs: 3,
            batchSize: 150, progress: .silent, threads: threads)
        return model.parameters + (try model.predict(inputs, threads: threads).elements)
    }

    private func together<Scalar: BLASScalar>(_ type: Scalar.Type, models: UInt64) async throws {
        let alone = try (0..<models).map { try train(type, seed: $0, threads: 1) }
        let results = try await withThrowingTaskGroup(of: (Int, [Scalar]).self) { group in
            for seed in 0..<models {
                group.addTask { (Int(seed), try train(type, seed: seed, threads: 1 + Int(seed) % 4)) }
            }
            var results = [[Scalar]](repeating: [], count: Int(models))
            for try await (index, result) in group { results[index] = result }
            return results
        }
        for index in alone.indices { #expect(sameBits(results[index], alone[index]), "model \(index)") }
    }

    @Test func twoInDouble() async throws { try await together(Double.self, models: 2) }
    @Test func twoInFloat() async throws { try await together(Float.self, models: 2) }
    @Test func manyInDouble() async throws { try await together(Double.self, models: 12) }

    /// One model is read by many threads at once.
    @Test func oneModelPredictsForMany() async throws {
        var generator = RandomGenerator(seed: 70)
        let model = try MLP<Double>([Linear(8, 16), Sigmoid(), Linear(16, 3), Softmax()], seed: 1)
        let inputs = generator.matrix(1500, 8, of: Double.self)
        let expected = try model.predict(inputs, threads: 1)
        try await withThrowingTaskGroup(of: Matrix<Double>.self) { group in
            for _ in 0..<10 { group.addTask { try model.predict(inputs) } }
            for try await result in group { #expect(result == expected) }
        }
    }
}
