import Foundation
import Testing

@testable import Perceptron

/// Weighted rows and classes, against PyTorch (`Golden/make_weights_golden.py`) and against rows that are there twice.
@Suite struct WeightedTrainingTests {
    private struct Golden: Decodable {
        struct Case: Decodable {
            let name: String
            let loss: Double
            let gradient: [Double]
        }
        let inputs: [Double]
        let labels: [Int]
        let values: [Double]
        let classWeights: [Double]
        let sampleWeights: [Double]
        let parameters: [Double]
        let cases: [Case]
    }

    private static let golden = Result {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden/weights.json")
        return try JSONDecoder().decode(Golden.self, from: Data(contentsOf: file))
    }

    private func gradientOfAnEpoch(
        _ golden: Golden, _ targets: Targets<Double>, _ loss: any Loss, softmax: Bool, samples: Bool, classes: Bool
    ) throws -> (loss: Double, gradient: [Double]) {
        var layers: [any Layer] = [Linear(3, 5), Tanh(), Linear(5, 4)]
        if softmax { layers.append(Softmax()) }
        var model = try MLP<Double>(layers)
        model.parameters = golden.parameters
        var trainer = try Trainer(model: model, loss: loss, optimizer: Adam())
        // The rows in another order than they are in.
        let history = try trainer.train(
            inputs: Matrix(rows: 7, columns: 3, elements: golden.inputs), targets: targets,
            options: TrainingOptions(
                epochs: 1, batchSize: 7, sampleWeights: samples ? golden.sampleWeights : nil,
                classWeights: classes ? golden.classWeights : nil, progress: .silent))
        return (history.losses[0], trainer.gradients)
    }

    @Test(arguments: [
        ("crossEntropy, classes", false, true), ("crossEntropy, samples", true, false),
        ("crossEntropy, samples and classes", true, true), ("meanSquaredError, samples", true, false),
    ])
    func asPyTorch(_ name: String, samples: Bool, classes: Bool) throws {
        let golden = try Self.golden.get()
        let expected = try #require(golden.cases.first { $0.name == name })
        let isCrossEntropy = name.hasPrefix("cross")
        let oneHot = Matrix(golden.labels.map { label in (0..<4).map { $0 == label ? 1.0 : 0 } })
        let forms: [Targets<Double>] =
            isCrossEntropy
            ? [.classes(golden.labels), .matrix(oneHot)]
            : [.matrix(Matrix(rows: 7, columns: 4, elements: golden.values))]
        for targets in forms {
            let found = try gradientOfAnEpoch(
                golden, targets, isCrossEntropy ? CrossEntropy() : MeanSquaredError(), softmax: isCrossEntropy,
                samples: samples, classes: classes)
            #expect(abs(found.loss - expected.loss) <= 1e-13 * abs(expected.loss))
            #expect(firstDifference(found.gradient, expected.gradient, relative: 1e-11) == nil)
        }
    }

    /// A row of weight 2 is a row that is there twice, one of weight 0 is not there; on every way through a step.
    @Test(arguments: [(8, 3), (300, 40)]) func weightsAreCounts(rows: Int, width: Int) throws {
        var generator = RandomGenerator(seed: 5)
        let inputs = generator.matrix(rows, 6, of: Double.self)
        let classes = generator.classes(rows, below: 4)
        let counts = (0..<rows).map { _ in generator.nextInteger(below: 3) }
        let weights = counts.map(Double.init)
        let repeated = (0..<rows).flatMap { [Int](repeating: $0, count: counts[$0]) }
        let model = try MLP<Double>([Linear(6, width), ReLU(), Linear(width, 4), Softmax()], seed: 1)
        for loss in [CrossEntropy(), MeanSquaredError()] as [any Loss] {
            var weighted = try Trainer(model: model, loss: loss, optimizer: Adam())
            var plain = weighted
            let a = try weighted.step(inputs: inputs, targets: classes, sampleWeights: weights)
            let b = try plain.step(inputs: inputs.rows(repeated), targets: repeated.map { classes[$0] })
            #expect(abs(a - b) <= 1e-12 * b)
            #expect(firstDifference(weighted.gradients, plain.gradients, relative: 1e-9) == nil)
            _ = try weighted.forward(inputs)
            _ = try plain.forward(inputs.rows(repeated))
            let c = try weighted.backward(targets: classes, sampleWeights: weights)
            #expect(abs(try plain.backward(targets: repeated.map { classes[$0] }) - c) <= 1e-12 * c)
            #expect(firstDifference(weighted.gradients, plain.gradients, relative: 1e-9) == nil)
        }
    }

    @Test func rowsOfWeightZeroDoNotCountWhateverTheirLoss() throws {
        // A squared error of infinity.
        var trainer = try Trainer(
            model: MLP<Double>([Linear(1, 1)]), loss: MeanSquaredError(), optimizer: Adam())
        let loss = try trainer.step(
            inputs: Matrix([[1], [2]]), targets: Matrix([[1e300], [1]]), sampleWeights: [0, 1])
        #expect(loss.isFinite)
        #expect(trainer.gradients.allSatisfy { $0.isFinite })
        // A batch that has only such rows changes no gradient, and an epoch's loss is that of the others.
        let history = try trainer.train(
            inputs: Matrix([[1], [2]]), targets: Matrix([[1e300], [1]]), epochs: 1, batchSize: 1, sampling: .inOrder,
            sampleWeights: [0, 1], progress: .silent)
        #expect(history.losses[0].isFinite && history.losses[0] > 0)
    }

    @Test func evenWeightsChangeNothing() throws {
        let x = Matrix<Double>([[0, 0], [0, 1], [1, 0], [1, 1]])
        func parameters(_ weights: [Double]?) throws -> [Double] {
            var model = try MLP<Double>([Linear(2, 4), Tanh(), Linear(4, 2), Softmax()], seed: 3)
            try model.train(
                inputs: x, targets: [0, 1, 1, 0], loss: CrossEntropy(), epochs: 5, batchSize: 3,
                sampleWeights: weights, progress: .silent)
            return model.parameters
        }
        #expect(firstDifference(try parameters([2, 2, 2, 2]), try parameters(nil), relative: 1e-10) == nil)
    }

    @Test(arguments: [
        ([1, 1], "2 sample weights for 4 rows; one for each is needed"),
        ([1, -1, 1, 1], "sample weights have -1.0 in row 1 (counted from 0); all must be finite and not negative"),
        ([1, 1, .nan, 1], "sample weights have nan in row 2 (counted from 0); all must be finite and not negative"),
        ([0, 0, 0, 0], "sample weights are all 0; at least one must be positive"),
    ])
    func weightsThatAreNone(_ weights: [Double], _ message: String) throws {
        let x = Matrix<Double>([[0, 0], [0, 1], [1, 0], [1, 1]])
        var model = try MLP<Double>([Linear(2, 2), Softmax()], seed: 3)
        let before = model.parameters
        var trainer = try Trainer(model: model, loss: CrossEntropy(), optimizer: Adam())
        let fromTrain = #expect(throws: PerceptronError.self) {
            try model.train(
                inputs: x, targets: [0, 1, 1, 0], loss: CrossEntropy(), epochs: 1, sampleWeights: weights,
                progress: .silent)
        }
        let fromStep = #expect(throws: PerceptronError.self) {
            try trainer.step(inputs: x, targets: [0, 1, 1, 0], sampleWeights: weights)
        }
        #expect(fromTrain?.description == message)
        #expect(fromStep?.description == message)
        #expect(model.parameters == before)
    }

    @Test(arguments: [
        ([1, 2, 3], "3 class weights; the model gives 2 classes, each of which needs one"),
        ([1, .infinity], "class weights have inf in row 1 (counted from 0); all must be finite and not negative"),
    ])
    func classWeightsThatAreNone(_ weights: [Double], _ message: String) throws {
        var model = try MLP<Double>([Linear(1, 2), Softmax()])
        let error = #expect(throws: PerceptronError.self) {
            try model.train(
                inputs: Matrix([[1], [2]]), targets: [0, 1], loss: CrossEntropy(), epochs: 1, classWeights: weights,
                progress: .silent)
        }
        #expect(error?.description == message)
    }
}
