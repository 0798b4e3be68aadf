import Foundation
import TestSupport
import Testing

@testable import Perceptron

/// Statistics that run along with training, and where they go.
@Suite struct BatchNormTests {
    private func data(rows: Int = 40) -> (inputs: Matrix<Double>, classes: [Int]) {
        var generator = RandomGenerator(seed: 4)
        return (generator.matrix(rows, 5, of: Double.self), generator.classes(rows, below: 3))
    }

    private func trained() throws -> MLP<Double> {
        let (inputs, classes) = data()
        var model = try MLP<Double>(
            [BatchNorm(5), Linear(5, 8), BatchNorm(8), ReLU(), Linear(8, 3), Softmax()], seed: 1)
        try model.train(
            inputs: inputs, targets: classes, loss: CrossEntropy(), epochs: 3, batchSize: 8, progress: .silent)
        return model
    }

    @Test func layout() throws {
        let model = try trained()
        #expect(
            model.stateLayout.map { "\($0.layer).\($0.name) \($0.range)" } == [
                "0.running_mean 0..<5", "0.running_var 5..<10", "0.num_batches_tracked 10..<11",
                "2.running_mean 11..<19",
                "2.running_var 19..<27", "2.num_batches_tracked 27..<28",
            ])
        #expect(model.state[10] == 15 && model.state[27] == 15)
        let fresh = try MLP<Double>(model.layers)
        #expect(fresh.state[0..<11] == [0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 0])
    }

    /// A copy is a snapshot, of the state too.
    @Test func values() throws {
        let (inputs, classes) = data()
        var model = try trained()
        let copy = model
        let predictions = try model.predict(inputs)
        try model.train(inputs: inputs, targets: classes, loss: CrossEntropy(), epochs: 1, progress: .silent)
        #expect(model.state != copy.state)
        #expect(try copy.predict(inputs) == predictions)
        model.values = copy.values
        #expect(try model.predict(inputs) == predictions)
        // Rows alone and together: in prediction none looks at the others.
        let alone = try (0..<40).flatMap { try model.predict(inputs.rows([$0])).elements }
        #expect(firstDifference(alone, predictions.elements, relative: 1e-12) == nil)
    }

    @Test func files() throws {
        let (inputs, _) = data()
        let model = try trained()
        try withTemporaryFolder { folder in
            let file = folder.appending(path: "model")
            try model.save(to: file)
            let tensors = try SafetensorsFile(contentsOf: file)
            #expect(try tensors.array("0.num_batches_tracked", of: Int.self, shape: []) == [15])
            #expect(try tensors.array("2.running_var", of: Double.self, shape: [8]) == Array(model.state[19..<27]))
            #expect(try MLP<Double>(contentsOf: file).state == model.state)
            let floats = try MLP<Float>(contentsOf: file)
            #expect(floats.state == model.state.map { Float($0) })
            var predictor = try Predictor<Double>(contentsOf: file, mostRows: 40)
            var outputs = [Double](repeating: 0, count: 120)
            var span = outputs.mutableSpan
            try predictor.predict(inputs.elements.span, into: &span)
            #expect(firstDifference(outputs, try model.predict(inputs).elements, relative: 1e-12) == nil)

            // What is wrong with a file is said.
            var broken = model
            broken.state[3] = .nan
            try broken.save(to: file)
            #expect(
                errorMessage { _ = try MLP<Double>(contentsOf: file) }.hasSuffix(
                    "tensor \"0.running_mean\" has nan at [3] (counted from 0); all values must be finite, unless "
                        + "allowsNonFinite is true"))
            #expect(try MLP<Double>(contentsOf: file, allowsNonFinite: true).state[3].isNaN)
            #expect(
                errorMessage { _ = try MLP<Double>(contentsOf: file, layers: [BatchNorm(4)]) }.contains(
                    "the layers expect [4]"))
            var writer = SafetensorsWriter()
            for name in ["0.weight", "0.bias", "0.running_mean", "0.running_var"] {
                try writer.add(name, scalars: [1.0, 2])
            }
            try writer.add("0.num_batches_tracked", scalars: [1.0])
            try writer.write(to: file)
            let shape = errorMessage { _ = try MLP<Double>(contentsOf: file, layers: [BatchNorm(2)]) }
            #expect(shape.hasSuffix("tensor \"0.num_batches_tracked\" has the shape [1]; the layers expect []"))
        }
    }

    /// What early stopping gives back are the statistics of that epoch, too.
    @Test func bestEpoch() throws {
        let (inputs, classes) = data()
        let states = Locked<[[Double]]>([])
        var trainer = try Trainer(
            model: MLP<Double>([Linear(5, 8), BatchNorm(8), Tanh(), Linear(8, 3), Softmax()], seed: 1),
            loss: CrossEntropy(), optimizer: Adam(learningRate: 0.3))
        let callback = TrainingCallback<Double>.everyEpoch { report in
            states.withLock { $0.append(report.trainer.model.state) }
            return .proceed
        }
        let history = try trainer.train(
            inputs: inputs, targets: classes, epochs: 12, batchSize: 8, validation: .fraction(0.3),
            earlyStopping: EarlyStopping(patience: 3), callbacks: [callback], progress: .silent)
        let kept = history.keptEpoch ?? 0
        let all = states.withLock { $0 }
        #expect(kept < all.count)
        #expect(trainer.model.state == all[kept - 1])
        #expect(Set(all).count == all.count)
    }

    /// A step that fails changes no statistics, nor does a pass forward alone.
    @Test func failedSteps() throws {
        let (inputs, classes) = data()
        let model = try MLP<Double>([BatchNorm(5), Linear(5, 3), Softmax()], seed: 1)
        var trainer = try Trainer(model: model, loss: CrossEntropy(), optimizer: Adam())
        _ = try trainer.forward(inputs)
        #expect(trainer.model.state == model.state)
        try trainer.backward(targets: classes)
        let after = trainer.model.state
        #expect(after != model.state)
        trainer.update()
        #expect(trainer.model.state == after)
        // A variance that overflows divides to zeros: the step succeeds, and its statistics are none.
        let huge = Matrix(rows: 40, columns: 5, elements: inputs.elements.map { $0 * 1e200 })
        try trainer.step(inputs: huge, targets: classes)
        #expect(trainer.model.state == after)
        trainer.engine.parameters.set([Double](repeating: 1e308, count: model.parameters.count))
        #expect(throws: PerceptronError.self) { try trainer.step(inputs: inputs, targets: classes) }
        #expect(trainer.model.state == after)
    }

    /// A batch of one row has no variance; that is said before training, and nothing has changed.
    @Test func lastBatchOfOneRow() throws {
        let (inputs, classes) = data(rows: 33)
        let layers: [any Layer] = [Linear(5, 3), BatchNorm(3), Softmax()]
        var model = try MLP<Double>(layers, seed: 1)
        let start = model.values
        #expect(
            errorMessage {
                try model.train(
                    inputs: inputs, targets: classes, loss: CrossEntropy(), epochs: 1, batchSize: 8, progress: .silent)
            }
                == "layer 1 (BatchNorm) needs at least 2 rows in a batch; 33 rows in batches of 8 leave a last batch of 1; "
                + "choose another batch size")
        #expect(model.values == start)
        var trainer = try Trainer(model: model, loss: CrossEntropy(), optimizer: Adam())
        let one = "layer 1 (BatchNorm) needs at least 2 rows in a batch; the batch has 1"
        #expect(errorMessage { try trainer.step(inputs: inputs.rows([0]), targets: [1]) } == one)
        #expect(errorMessage { _ = try trainer.forward(inputs.rows([0])) } == one)
        try model.train(
            inputs: inputs, targets: classes, loss: CrossEntropy(), epochs: 1, batchSize: 16,
            sampling: .withReplacement,
            progress: .silent)
        #expect(model.values != start)
        // In prediction one row is enough.
        #expect(try model.predict(inputs.rows([0])).rows == 1)
    }

    @Test func invalidArguments() {
        func message(_ layer: any Layer) -> String { errorMessage { _ = try MLP<Double>([layer]) } }
        #expect(message(BatchNorm(0)) == "layer 0 (BatchNorm): 0 features; at least 1 is needed")
        #expect(message(BatchNorm(2, epsilon: 0)).hasSuffix("epsilon is 0.0; it must be finite and more than 0"))
        #expect(message(BatchNorm(2, momentum: 1.5)).hasSuffix("the momentum is 1.5; it must be from 0 to 1"))
        #expect(message(BatchNorm(2, momentum: .nan)).contains("momentum"))
        #expect(message(RMSNorm(-1)).contains("-1 features"))
        #expect(message(RMSNorm(2, epsilon: -1)).hasSuffix("epsilon is -1.0; it must be finite and more than 0"))
        #expect(
            errorMessage { _ = try MLP<Double>([Linear(3, 4), RMSNorm(5)]) }
                == "layer 1 (RMSNorm): takes 5 input features, gets 4")
    }
}
