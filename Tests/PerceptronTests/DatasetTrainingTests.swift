import TestSupport
import Testing

@testable import Perceptron

/// Models trained on parts of data sets, which share their rows.
@Suite struct DatasetTrainingTests {
    private static let x = RandomGenerator.inputs(rows: 40, columns: 3, seed: 2)
    private static let classes = RandomGenerator.labels(rows: 40, below: 3, seed: 3)
    private static let weights = (0..<40).map { 0.5 + Double($0 % 4) }

    private func model() throws -> MLP<Double> {
        try MLP([Linear(3, 6), Tanh(), Linear(6, 3), Softmax()], seed: 4)
    }

    /// In the order of the part, and shuffled as a data set of that many rows would be.
    @Test(arguments: [Sampling.inOrder, .shuffled, .withReplacement, .wholeBatches], [true, false])
    func aPartIsItsRows(sampling: Sampling, isClasses: Bool) throws {
        let values = RandomGenerator.inputs(rows: 40, columns: 3, seed: 9)
        let data =
            try isClasses
            ? Dataset(inputs: Self.x, targets: Self.classes, weights: Self.weights)
            : Dataset(inputs: Self.x, targets: values, weights: Self.weights)
        let (training, test) = try data.split(testFraction: 0.3, seed: 5)
        let loss: any Loss = isClasses ? CrossEntropy() : MeanSquaredError()
        var (part, copy) = try (model(), model())
        let history = try part.train(
            on: training.shuffled(seed: 8), loss: loss, epochs: 3, batchSize: 5, sampling: sampling,
            validation: .rows(test), progress: .silent)
        let rows = training.shuffled(seed: 8)
        let expected: History
        switch (try #require(rows.targets), try #require(test.targets)) {
        case (.classes(let y), .classes):
            expected = try copy.train(
                inputs: rows.inputs, targets: y, loss: loss, epochs: 3, batchSize: 5, sampling: sampling,
                validation: .rows(test), sampleWeights: rows.weights, progress: .silent)
        case (.matrix(let y), .matrix):
            expected = try copy.train(
                inputs: rows.inputs, targets: y, loss: loss, epochs: 3, batchSize: 5, sampling: sampling,
                validation: .rows(test), sampleWeights: rows.weights, progress: .silent)
        default:
            Issue.record("the parts' targets are of two kinds")
            return
        }
        #expect(history == expected)
        #expect(part.parameters == copy.parameters)
        #expect(history.validationLosses.count == 3)

        // The validation rows count with their weights.
        var trainer = try Trainer(model: part, loss: loss, optimizer: Adam())
        _ = try trainer.forward(test.inputs)
        let validationLoss =
            switch try #require(test.targets) {
            case .classes(let y): try trainer.backward(targets: y, sampleWeights: test.weights)
            case .matrix(let y): try trainer.backward(targets: y, sampleWeights: test.weights)
            }
        #expect(abs(history.validationLosses[2] - validationLoss) < 1e-13)
    }

    @Test func aTrainerGoesOnWithAPart() throws {
        let data = try Dataset(inputs: Self.x, targets: Self.classes).split(testFraction: 0.3).training
        func train(_ trainer: inout Trainer<Double>, until updates: Int = .max) throws -> History {
            try trainer.train(
                on: data, epochs: 3, batchSize: 8, validation: .fraction(0.2),
                callbacks: [.everyStep { $0.updates == updates ? .stop : .proceed }], classWeights: [1, 2, 3],
                progress: .silent)
        }
        var whole = try Trainer(model: model(), loss: CrossEntropy(), optimizer: Adam())
        let history = try train(&whole)
        for stop in 1...8 {
            var part = try Trainer(model: model(), loss: CrossEntropy(), optimizer: Adam())
            _ = try train(&part, until: stop)
            part.continuesRun = true
            #expect(try train(&part) == history)
            #expect(part.model.parameters == whole.model.parameters)
        }
    }

    @Test func missingValuesOnlyMatterInRowsThatTakePart() throws {
        var x = Self.x
        x[7, 1] = .nan
        let data = try Dataset(inputs: x, targets: Self.classes)
        var model = try model()
        try model.train(
            on: data.rows((0..<40).filter { $0 != 7 }), loss: CrossEntropy(), epochs: 1, progress: .silent)
        let before = model.parameters
        for rows in [data, data.rows([3, 7])] {
            let error = #expect(throws: PerceptronError.self) {
                try model.train(on: rows, loss: CrossEntropy(), epochs: 1, progress: .silent)
            }
            #expect(
                error?.description
                    == "inputs have nan in row 7, column 1 (counted from 0); all values must be finite")
        }
        #expect(
            throws: PerceptronError.invalidArgument("the data set has no targets to train on")
        ) {
            try model.train(on: Dataset(inputs: Self.x), loss: CrossEntropy(), epochs: 1, progress: .silent)
        }
        #expect(model.parameters == before)
    }

    /// Classes and weights, too, are asked of the rows that take part alone.
    @Test func targetsAndWeightsOnlyMatterInRowsThatTakePart() throws {
        let weights = Self.classes.map { $0 == 2 ? 0.0 : 1 }
        let data = try Dataset(inputs: Self.x, targets: Self.classes, weights: weights)
        let (two, last) = (
            data.rows((0..<40).filter { Self.classes[$0] < 2 }), data.rows((0..<40).filter { Self.classes[$0] == 2 })
        )
        var narrow = try MLP<Double>([Linear(3, 2), Softmax()], seed: 4)
        var copy = narrow
        let history = try narrow.train(
            on: two, loss: CrossEntropy(), epochs: 2, validation: .rows(two), classWeights: [1, 2], progress: .silent)
        let expected = try copy.train(
            inputs: two.inputs, targets: try #require(two.classes), loss: CrossEntropy(), epochs: 2,
            validation: .rows(two), classWeights: [1, 2], progress: .silent)
        #expect(history == expected && narrow.parameters == copy.parameters)
        var model = try model()
        let before = model.parameters
        func refusal(_ training: Dataset<Double>, _ validation: Validation<Double>?) -> String {
            errorMessage {
                try model.train(
                    on: training, loss: CrossEntropy(), epochs: 1, validation: validation, progress: .silent)
            }
        }
        #expect(refusal(last, nil) == "sample weights are all 0; at least one must be positive")
        #expect(
            try refusal(data, .rows(last)) == "validation sample weights are all 0; at least one must be positive")
        let alone = try Dataset(inputs: Self.x, targets: Self.classes, weights: (0..<40).map { $0 == 0 ? 1.0 : 0 })
        #expect(refusal(alone, .fraction(0.1)).hasPrefix("sample weights of the rows"))
        #expect(
            errorMessage {
                try model.train(
                    on: two, loss: CrossEntropy(), epochs: 1, classWeights: [0, 0, 1], progress: .silent)
            } == "sample weights times class weights are all 0; at least one must be positive")
        #expect(model.parameters == before)
    }
}
