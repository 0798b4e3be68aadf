import Testing

@testable import Perceptron

/// Metrics that read probabilities, of models that end in logits or logarithms: those of the same model that ends in
/// probabilities, for its loss trains it alike.
@Suite struct MetricsOfLogitsTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let loss: any Loss
        let end: [any Layer]
        let classes: Int
    }

    static let cases = [
        Case(testDescription: "binary logit", loss: BinaryCrossEntropy(.logits), end: [], classes: 2),
        Case(testDescription: "binary focal logit", loss: FocalLoss(.logits, gamma: 0), end: [], classes: 2),
        Case(testDescription: "logits", loss: CrossEntropy(.logits), end: [], classes: 3),
        Case(testDescription: "focal logits", loss: FocalLoss(.logits, gamma: 0), end: [], classes: 3),
        Case(testDescription: "log-softmax", loss: CrossEntropy(), end: [LogSoftmax()], classes: 3),
        Case(
            testDescription: "logarithms", loss: CrossEntropy(.logProbabilities), end: [LogSoftmax()], classes: 3),
        Case(testDescription: "probabilities", loss: CrossEntropy(.probabilities), end: [Softmax()], classes: 3),
    ]

    private static let metrics: [Metric] = [
        .accuracy, .f1(.macro), .logLoss, .brierScore, .expectedCalibrationError, .topK(1),
    ]

    /// One output stands for two classes.
    private func layers(_ classes: Int, _ end: [any Layer]) -> [any Layer] {
        [Linear(2, 4), Tanh(), Linear(4, classes == 2 ? 1 : classes)] + end
    }

    private func data(classes: Int) -> (inputs: Matrix<Double>, targets: [Int]) {
        var generator = RandomGenerator(seed: 5)
        let inputs = generator.matrix(120, 2, of: Double.self)
        let targets = (0..<120).map { row in
            inputs[row, 0] + 0.3 * inputs[row, 1] > 0.1 * Double(row % 5) ? 1 : row % 4 == 0 ? classes - 1 : 0
        }
        return (inputs, targets)
    }

    @Test(arguments: cases) func inTraining(_ test: Case) throws {
        let (inputs, targets) = data(classes: test.classes)
        func history(_ end: [any Layer], _ loss: any Loss) throws -> (History, MLP<Double>) {
            var model = try MLP<Double>(layers(test.classes, end), seed: 3)
            let history = try model.train(
                inputs: inputs, targets: targets, loss: loss, epochs: 3, metrics: Self.metrics, progress: .silent)
            return (history, model)
        }
        let (found, model) = try history(test.end, test.loss)
        let expected =
            try test.classes == 2
            ? history([Sigmoid()], BinaryCrossEntropy()).0 : history([Softmax()], CrossEntropy()).0
        for (one, other) in zip(found.metrics, expected.metrics) {
            let difference = firstDifference(one.values, other.values, relative: 1e-9, floor: 1e-9)
            #expect(difference == nil, "\(one.name): \(difference ?? "")")
        }
        if test.classes == 2 {
            // A cut at one half of what the model gives is another.
            #expect(try Metric.accuracy(model.predict(inputs), targets) != found.metrics[0].values.last)
        }
    }

    @Test(arguments: cases) func inCrossValidation(_ test: Case) throws {
        let (inputs, targets) = data(classes: test.classes)
        let data = try Dataset(inputs: inputs, targets: targets)
        func scores(_ end: [any Layer], _ loss: any Loss) throws -> [[Double]] {
            let pipeline = Pipeline<Double>(seed: 3) { [self] _, _ in layers(test.classes, end) }
            return try pipeline.crossValidate(
                on: data, folds: 2, metrics: Self.metrics, loss: loss, epochs: 2, progress: .silent
            )
            .scores.map(\.values)
        }
        let found = try scores(test.end, test.loss)
        let expected =
            try test.classes == 2
            ? scores([Sigmoid()], BinaryCrossEntropy()) : scores([Softmax()], CrossEntropy())
        for (metric, pair) in zip(Self.metrics, zip(found, expected)) {
            #expect(firstDifference(pair.0, pair.1, relative: 1e-9, floor: 1e-9) == nil, "\(metric.name)")
        }
    }
}
