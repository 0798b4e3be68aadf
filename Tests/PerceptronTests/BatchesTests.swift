import Testing

@testable import Perceptron

@Suite struct BatchesTests {
    static let rowCounts = [1, 2, 3, 7, 8, 31, 32, 33, 100]
    static let batchSizes = [1, 2, 3, 7, 32, 33, 99, 100, 101, 1000]

    /// The rows that each step of an epoch gets.
    private func epoch(_ batches: inout Batches, _ generator: inout RandomGenerator) -> [[Int]] {
        var order: [Int] = []
        batches.begin(&order, using: &generator)
        if batches.sampling == .inOrder { order = Array(0..<batches.rows) }
        return (0..<batches.steps).map { step in batches.range(step: step).map { order[$0] } }
    }

    @Test(arguments: rowCounts, batchSizes) func everyRowOnce(rows: Int, batchSize: Int) {
        var generator = RandomGenerator(seed: 1)
        for sampling in [Sampling.shuffled, .inOrder] {
            var batches = Batches(rows: rows, batchSize: batchSize, sampling: sampling)
            for _ in 0..<3 {
                let steps = epoch(&batches, &generator)
                #expect(steps.flatMap { $0 }.sorted() == Array(0..<rows))
                #expect(steps.dropLast().allSatisfy { $0.count == min(batchSize, rows) })
                let rest = rows % min(batchSize, rows)
                #expect(steps.last?.count == (rest == 0 ? min(batchSize, rows) : rest))
                #expect(steps.count == (rows + batchSize - 1) / batchSize)
                if sampling == .inOrder { #expect(steps.flatMap { $0 } == Array(0..<rows)) }
            }
        }
    }

    @Test(arguments: rowCounts, batchSizes) func wholeBatches(rows: Int, batchSize: Int) {
        var generator = RandomGenerator(seed: 1)
        var batches = Batches(rows: rows, batchSize: batchSize, sampling: .wholeBatches)
        let size = min(batchSize, rows)
        for _ in 0..<3 {
            let steps = epoch(&batches, &generator)
            #expect(steps.count == rows / size && steps.allSatisfy { $0.count == size })
            let drawn = steps.flatMap { $0 }
            #expect(Set(drawn).count == drawn.count && drawn.allSatisfy { (0..<rows).contains($0) })
        }
    }

    @Test func orderChangesFromEpochToEpochAndWithTheSeed() {
        func orders(seed: UInt64) -> [[Int]] {
            var generator = RandomGenerator(seed: seed)
            var batches = Batches(rows: 50, batchSize: 8, sampling: .shuffled)
            return (0..<6).map { _ in epoch(&batches, &generator).flatMap { $0 } }
        }
        #expect(Set(orders(seed: 1)).count == 6)
        #expect(orders(seed: 1) == orders(seed: 1))
        #expect(orders(seed: 1) != orders(seed: 2))
    }

    /// Each row comes to each place equally often: 5 σ around the mean of a binomial count.
    @Test func shuffledIsUniform() {
        var generator = RandomGenerator(seed: 9)
        var batches = Batches(rows: 5, batchSize: 5, sampling: .shuffled)
        var counts = [[Int]](repeating: [Int](repeating: 0, count: 5), count: 5)
        let epochs = 4000
        for _ in 0..<epochs {
            for (place, row) in epoch(&batches, &generator)[0].enumerated() { counts[place][row] += 1 }
        }
        let deviation = (Double(epochs) * 0.2 * 0.8).squareRoot()
        for count in counts.flatMap({ $0 }) { #expect(abs(Double(count) - Double(epochs) / 5) < 5 * deviation) }
    }

    @Test(arguments: [(1, 4), (10, 3), (10, 10), (3, 200)]) func withReplacement(rows: Int, batchSize: Int) {
        var generator = RandomGenerator(seed: 1)
        var batches = Batches(rows: rows, batchSize: batchSize, sampling: .withReplacement)
        var seen = Set<Int>()
        for _ in 0..<50 {
            let steps = epoch(&batches, &generator)
            #expect(steps.count == 1)
            #expect(steps[0].count == batchSize)
            #expect(steps[0].allSatisfy { (0..<rows).contains($0) })
            seen.formUnion(steps[0])
        }
        #expect(seen.count == rows)
    }

    /// What `train` does with the batches is what steps over the same rows do, bit for bit.
    @Test(arguments: [Sampling.shuffled, .withReplacement, .inOrder, .wholeBatches]) func trainTakesTheseBatches(
        _ sampling: Sampling
    ) throws {
        var generator = RandomGenerator(seed: 4)
        let inputs = generator.matrix(23, 4, of: Double.self)
        let classes = generator.classes(23, below: 3)
        let oneHot = Matrix<Double>(
            classes.map { label in (0..<3).map { $0 == label ? 1 : 0 } })
        let targets = generator.distributions(23, 3, of: Double.self)
        for targets in [TestTargets.classes(classes), .matrix(oneHot), .matrix(targets)] {
            let model = try MLP<Double>([Linear(4, 5), ReLU(), Linear(5, 3), Softmax()], seed: 6)
            var whole = try Trainer(model: model, loss: CrossEntropy(), optimizer: Adam())
            let history = try whole.train(inputs, targets, epochs: 4, batchSize: 5, sampling: sampling)

            var single = try Trainer(model: model, loss: CrossEntropy(), optimizer: Adam())
            var random = model.generator
            var batches = Batches(rows: 23, batchSize: 5, sampling: sampling)
            for number in 0..<4 {
                var sum = 0.0
                var rows = 0
                for step in epoch(&batches, &random) {
                    sum += try single.step(inputs.rows(step), targets.rows(step)) * Double(step.count)
                    rows += step.count
                }
                #expect(history.losses[number] == sum / Double(rows))
            }
            #expect(sameBits(whole.model.parameters, single.model.parameters))
        }
    }
}
