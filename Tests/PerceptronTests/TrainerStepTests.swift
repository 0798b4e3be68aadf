import Testing

@testable import Perceptron

/// A step is forward, backward and update; a trainer is a value.
@Suite struct TrainerStepTests {
    static let losses: [any Loss] = [CrossEntropy(), MeanSquaredError()]

    private func setUp<Scalar: BLASScalar>(
        _ rows: Int, _ type: Scalar.Type
    ) throws -> (model: MLP<Scalar>, inputs: Matrix<Scalar>, classes: [Int], targets: Matrix<Scalar>) {
        var generator = RandomGenerator(seed: UInt64(rows))
        let model = try MLP<Scalar>([Linear(5, 12), ReLU(), Linear(12, 4), Softmax()], seed: 8)
        return (
            model, generator.matrix(rows, 5, of: type), generator.classes(rows, below: 4),
            generator.distributions(rows, 4, of: type)
        )
    }

    private func threeInOne<Scalar: BLASScalar>(_ rows: Int, _ type: Scalar.Type) throws {
        let (model, inputs, classes, matrix) = try setUp(rows, type)
        for loss in Self.losses {
            for targets in [TestTargets.classes(classes), .matrix(matrix)] {
                for toInput in [false, true] {
                    var whole = try Trainer(model: model, loss: loss, optimizer: Adam())
                    var parts = whole
                    for _ in 0..<3 {
                        let loss = try whole.step(inputs, targets)
                        _ = try parts.forward(inputs)
                        #expect(try parts.backward(targets, computesInputGradient: toInput) == loss)
                        #expect(parts.model.parameters != whole.model.parameters)
                        parts.update()
                        #expect(sameBits(parts.gradients, whole.gradients))
                        #expect(sameBits(parts.model.parameters, whole.model.parameters))
                        #expect((parts.inputGradient != nil) == toInput)
                    }
                }
            }
        }
    }

    @Test(arguments: [1, 7, 128, 129, 300]) func stepIsItsThreePartsInDouble(rows: Int) throws {
        try threeInOne(rows, Double.self)
    }

    @Test(arguments: [1, 7, 128, 129, 300]) func stepIsItsThreePartsInFloat(rows: Int) throws {
        try threeInOne(rows, Float.self)
    }

    @Test func copiesGoTheirOwnWays() throws {
        let (model, inputs, classes, _) = try setUp(20, Double.self)
        var first = try Trainer(model: model, loss: CrossEntropy(), optimizer: Adam(learningRate: 0.01))
        try first.step(inputs: inputs, targets: classes)
        let snapshot = first
        var second = first
        let (parameters, gradients) = (first.model.parameters, first.gradients)
        for _ in 0..<3 { try second.step(inputs: inputs, targets: classes) }
        #expect(first.model.parameters == parameters && first.gradients == gradients)
        #expect(second.model.parameters != parameters)
        // The moments and the count of steps are in a copy too: it goes on as if it had never been one.
        for _ in 0..<3 { try first.step(inputs: inputs, targets: classes) }
        var plain = try Trainer(model: model, loss: CrossEntropy(), optimizer: Adam(learningRate: 0.01))
        for _ in 0..<4 { try plain.step(inputs: inputs, targets: classes) }
        #expect(sameBits(first.model.parameters, plain.model.parameters))
        #expect(sameBits(second.model.parameters, plain.model.parameters))
        #expect(snapshot.model.parameters == parameters && snapshot.gradients == gradients)
    }

    /// A copy between forward and backward has what the pass kept.
    @Test func copiesBetweenForwardAndBackward() throws {
        let (model, inputs, classes, _) = try setUp(20, Double.self)
        var first = try Trainer(model: model, loss: CrossEntropy(), optimizer: Adam())
        _ = try first.forward(inputs)
        var second = first
        var third = first
        // Whichever goes on first is the one that is copied.
        _ = try first.forward(Matrix(rows: 20, columns: 5))
        let loss = try third.backward(targets: classes)
        third.update()
        #expect(try second.backward(targets: classes) == loss)
        second.update()
        var plain = try Trainer(model: model, loss: CrossEntropy(), optimizer: Adam())
        #expect(try plain.step(inputs: inputs, targets: classes) == loss)
        #expect(sameBits(plain.model.parameters, second.model.parameters))
        #expect(sameBits(plain.model.parameters, third.model.parameters))
    }

    @Test func modelsAreSnapshots() throws {
        let (model, inputs, classes, _) = try setUp(20, Double.self)
        let before = model.parameters
        var trainer = try Trainer(model: model, loss: CrossEntropy(), optimizer: Adam())
        try trainer.step(inputs: inputs, targets: classes)
        let snapshot = trainer.model
        let parameters = snapshot.parameters
        try trainer.step(inputs: inputs, targets: classes)
        #expect(model.parameters == before)
        #expect(snapshot.parameters == parameters)
        #expect(trainer.model.parameters != parameters)
    }

    /// The gradients of a step are not those of the step before, added up.
    @Test func gradientsStartAfresh() throws {
        let (model, inputs, classes, _) = try setUp(20, Double.self)
        var trainer = try Trainer(model: model, loss: CrossEntropy(), optimizer: Adam())
        _ = try trainer.forward(inputs)
        try trainer.backward(targets: classes)
        let first = trainer.gradients
        _ = try trainer.forward(inputs)
        try trainer.backward(targets: classes)
        #expect(sameBits(trainer.gradients, first))
    }

    /// Batches of many sizes one after the other leave nothing behind for the next.
    @Test func anyOrderOfBatchSizes() throws {
        let sizes = [3, 40, 1, 300, 7, 129, 2, 128, 5, 64, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 3]
        let (model, inputs, classes, _) = try setUp(300, Double.self)
        var trainer = try Trainer(model: model, loss: CrossEntropy(), optimizer: Adam())
        for size in sizes {
            let rows = Array(0..<size)
            var fresh = try Trainer(model: trainer.model, loss: CrossEntropy(), optimizer: Adam())
            let part = (inputs.rows(rows), TestTargets<Double>.classes(rows.map { classes[$0] }))
            #expect(try fresh.step(part.0, part.1) == trainer.step(part.0, part.1))
            #expect(sameBits(fresh.gradients, trainer.gradients), "\(size) rows")
        }
    }
}
