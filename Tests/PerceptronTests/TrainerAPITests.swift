import Perceptron
import Testing

/// The names and labels that the design promises, as a user writes them.
@Suite struct TrainerAPITests {
    private let x = Matrix<Double>(rows: 4, columns: 2, elements: [0, 0, 0, 1, 1, 0, 1, 1])
    private let classes = [0, 1, 1, 0]
    private let oneHot = Matrix<Double>([[1, 0], [0, 1], [0, 1], [1, 0]])

    private func xorModel(seed: UInt64 = 1) throws -> MLP<Double> {
        try MLP([Linear(2, 16), ReLU(), Linear(16, 2), Softmax()], seed: seed)
    }

    private func train(
        _ model: inout MLP<Double>, epochs: Int = 5, batchSize: Int = 3, sampling: Sampling = .shuffled
    ) throws -> History {
        try model.train(
            inputs: x, targets: classes, loss: CrossEntropy(), epochs: epochs, batchSize: batchSize,
            sampling: sampling, progress: .silent)
    }

    // swift-format-ignore
    @Test func promisedCalls() throws {
        let x = Matrix<Double>(rows: 4, columns: 2, elements: [0, 0,  0, 1,  1, 0,  1, 1])
        let y = Matrix<Double>([[1, 0], [0, 1], [0, 1], [1, 0]])

        var model = try MLP<Double>([Linear(2, 16), ReLU(), Linear(16, 2), Softmax()], seed: 1)
        let history = try model.train(inputs: x, targets: y, loss: CrossEntropy(), optimizer: Adam(learningRate: 0.01),
                                      epochs: 200, batchSize: 4)
        _ = history.losses
        let probabilities = try model.predict(x)

        #expect(history.losses.count == 200)
        #expect(history.losses[199] < 0.1 * history.losses[0])
        for row in 0..<4 {
            #expect(abs(probabilities[row, 0] + probabilities[row, 1] - 1) < 1e-12)
            #expect((probabilities[row, 0] > 0.5) == (y[row, 0] == 1))
        }

        var trainer = try Trainer(model: model, loss: CrossEntropy(), optimizer: Adam())
        let loss = try trainer.step(inputs: x, targets: y)
        let output = try trainer.forward(x)
        let value = try trainer.backward(targets: y)
        trainer.update()
        _ = trainer.gradients
        _ = trainer.model

        #expect(value < loss)
        #expect(trainer.gradients.count == model.parameters.count)
        #expect(output.rows == 4 && output.columns == 2)
        #expect(trainer.model.parameters != model.parameters)
    }

    @Test func aStepIsForwardBackwardUpdate() throws {
        var whole = try Trainer(model: try xorModel(), loss: CrossEntropy(), optimizer: Adam())
        var apart = whole
        for _ in 0..<3 {
            let loss = try whole.step(inputs: x, targets: oneHot)
            let output = try apart.forward(x)
            #expect(try apart.model.predict(x) == output)
            #expect(try apart.backward(targets: oneHot) == loss)
            apart.update()
            #expect(apart.gradients == whole.gradients)
            #expect(apart.model.parameters == whole.model.parameters)
        }
    }

    @Test func aCopyOfATrainerGoesItsOwnWay() throws {
        var trainer = try Trainer(model: try xorModel(), loss: CrossEntropy(), optimizer: Adam())
        try trainer.step(inputs: x, targets: classes)
        _ = try trainer.forward(x)
        var copy = trainer
        let (parameters, gradients) = (trainer.model.parameters, trainer.gradients)
        try copy.backward(targets: classes)
        copy.update()
        #expect(trainer.model.parameters == parameters)
        #expect(trainer.gradients == gradients)
        // The pass that went forward before the copy is the original's, too.
        try trainer.backward(targets: classes)
        trainer.update()
        #expect(trainer.model.parameters == copy.model.parameters)
    }

    @Test func layoutNamesEveryTensor() throws {
        let model = try MLP<Float>([Linear(2, 3), ReLU(), Linear(3, 4, bias: false), Sigmoid(), Linear(4, 1)])
        #expect(model.inputFeatures == 2)
        #expect(model.outputFeatures == 1)
        #expect(model.layers.count == 5)
        #expect(model.parameters.count == 26)
        let rows = model.parameterLayout.map { "\($0.layer) \($0.name) \($0.rows)x\($0.columns) \($0.range)" }
        #expect(
            rows == [
                "0 weight 2x3 0..<6", "0 bias 1x3 6..<9", "2 weight 3x4 9..<21", "4 weight 4x1 21..<25",
                "4 bias 1x1 25..<26",
            ])
    }

    @Test func weightsAreInByOut() throws {
        var model = try MLP<Double>([Linear(2, 3)])
        model.parameters = [1, 2, 3, 10, 20, 30, 0.1, 0.2, 0.3]
        #expect(try model.predict(Matrix([[1, 0], [0, 1]])) == Matrix([[1.1, 2.2, 3.3], [10.1, 20.2, 30.3]]))
        model.parameters[0] = 5
        try model.setParameters(model.parameters.map { 2 * $0 })
        #expect(try model.predict(Matrix([[1, 0]])).elements == [10.2, 4.4, 6.6])
    }

    @Test(arguments: [true, false]) func classesAreTheirOneHotRows(crossEntropy: Bool) throws {
        let loss: any Loss = crossEntropy ? CrossEntropy() : MeanSquaredError()
        var (fromClasses, fromMatrix) = try (xorModel(), xorModel())
        let a = try fromClasses.train(
            inputs: x, targets: classes, loss: loss, epochs: 20, batchSize: 3, progress: .silent)
        let b = try fromMatrix.train(
            inputs: x, targets: oneHot, loss: loss, epochs: 20, batchSize: 3, progress: .silent)
        #expect(a.losses == b.losses)
        #expect(fromClasses.parameters == fromMatrix.parameters)
    }

    @Test func everythingRandomFollowsFromTheSeed() throws {
        var (a, b, c) = try (xorModel(seed: 7), xorModel(seed: 7), xorModel(seed: 8))
        #expect(a.parameters == b.parameters)
        #expect(a.parameters != c.parameters)
        let (first, second) = try (train(&a), train(&b))
        #expect(first == second)
        #expect(a.parameters == b.parameters)
        // The same start in another order of rows.
        c.parameters = try xorModel(seed: 7).parameters
        _ = try train(&c)
        #expect(a.parameters != c.parameters)
        // Without a seed there is one, too.
        #expect(
            try MLP<Double>([Linear(2, 2)]).parameters == MLP<Double>([Linear(2, 2)], seed: 0).parameters)
    }

    @Test func floatStartsWhereDoubleStarts() throws {
        let double = try xorModel(seed: 3)
        let float = try MLP<Float>(double.layers, seed: 3)
        #expect(float.parameters == double.parameters.map { Float($0) })
    }

    @Test(arguments: [(Sampling.shuffled, 4), (.inOrder, 4), (.withReplacement, 9)])
    func historyHasOneLossAnEpoch(sampling: Sampling, batchSize: Int) throws {
        var model = try xorModel()
        let start = model
        let history = try train(&model, epochs: 7, batchSize: batchSize, sampling: sampling)
        #expect(history.losses.count == 7)
        guard sampling != .withReplacement else { return }
        // The first epoch is one batch, so its loss is the first step's: before any update.
        var trainer = try Trainer(model: start, loss: CrossEntropy(), optimizer: Adam())
        #expect(abs(try trainer.step(inputs: x, targets: classes) - history.losses[0]) < 1e-12)
    }

    @Test func trainingAgainGoesOn() throws {
        var model = try xorModel()
        let first = try train(&model, epochs: 60)
        let between = model.parameters
        let second = try train(&model, epochs: 60)
        #expect(model.parameters != between)
        #expect(second.losses[59] < first.losses[59])
        #expect(second.losses[0] < first.losses[0])

        // A trainer also keeps what the optimizer has gathered: twice 3 epochs are the bits of 6.
        var (twice, once) = try (
            Trainer(model: try xorModel(), loss: CrossEntropy(), optimizer: Adam()),
            Trainer(model: try xorModel(), loss: CrossEntropy(), optimizer: Adam())
        )
        let a = try twice.train(inputs: x, targets: classes, epochs: 3, batchSize: 3, progress: .silent)
        let b = try twice.train(inputs: x, targets: classes, epochs: 3, batchSize: 3, progress: .silent)
        let all = try once.train(inputs: x, targets: classes, epochs: 6, batchSize: 3, progress: .silent)
        #expect(a.losses + b.losses == all.losses)
        #expect(twice.model.parameters == once.model.parameters)
    }

    @Test func aCopyOfAModelIsASnapshot() throws {
        var model = try xorModel()
        let copy = model
        let before = try copy.predict(x)
        _ = try train(&model, epochs: 20)
        #expect(try copy.predict(x) == before)
        #expect(try model.predict(x) != before)
    }

    @Test func predictionOfNoRowsHasNoRows() throws {
        let none = try xorModel().predict(Matrix(rows: 0, columns: 2))
        #expect(none.rows == 0 && none.columns == 2)
    }

    @Test func modelsTrainAndPredictInTasks() async throws {
        let start = try xorModel()
        let (x, classes) = (x, classes)
        var here = start
        try here.train(inputs: x, targets: classes, loss: CrossEntropy(), epochs: 50, progress: .silent)
        let there = try await withThrowingTaskGroup(of: MLP<Double>.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    var model = start
                    try model.train(inputs: x, targets: classes, loss: CrossEntropy(), epochs: 50, progress: .silent)
                    return model
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(there.count == 4)
        for model in there { #expect(model.parameters == here.parameters) }
        let prediction = try await Task.detached { [here] in try here.predict(x) }.value
        #expect(try here.predict(x) == prediction)
    }

    @Test func trainersGoToOtherTasks() async throws {
        var trainer = try Trainer(model: try xorModel(), loss: CrossEntropy(), optimizer: Adam())
        let (x, classes) = (x, classes)
        let moved = try await Task.detached { [trainer] in
            var trainer = trainer
            try trainer.step(inputs: x, targets: classes)
            return trainer
        }.value
        try trainer.step(inputs: x, targets: classes)
        #expect(trainer.model.parameters == moved.model.parameters)
    }
}
