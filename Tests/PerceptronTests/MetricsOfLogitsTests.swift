import Foundation
import TestSupport
import Testing

@testable import Perceptron

/// What becomes of the outputs of models that end in logits or logarithms: the predictions, labels and metrics of the same
/// model that ends in probabilities, for its loss trains it alike.
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

    private func pipeline(
        _ classes: Int, _ end: [any Layer], _ loss: any Loss, _ data: Dataset<Double>
    ) throws -> Pipeline<Double> {
        var pipeline = Pipeline<Double>(seed: 3) { [self] _, _ in layers(classes, end) }
        try pipeline.train(on: data, loss: loss, epochs: 3, progress: .silent)
        return pipeline
    }

    private func probabilityPipeline(_ classes: Int, _ data: Dataset<Double>) throws -> Pipeline<Double> {
        try classes == 2
            ? pipeline(classes, [Sigmoid()], BinaryCrossEntropy(), data)
            : pipeline(classes, [Softmax()], CrossEntropy(), data)
    }

    /// All that a pipeline says of its classes, trained here or read from a file.
    @Test(arguments: cases) func inPipelines(_ test: Case) throws {
        let (inputs, targets) = data(classes: test.classes)
        let data = try Dataset(inputs: inputs, targets: targets, labelNames: (0..<test.classes).map { "c\($0)" })
        let trained = try pipeline(test.classes, test.end, test.loss, data)
        let reference = try probabilityPipeline(test.classes, data)
        let expected = try reference.predict(data)
        let expectedLabels = try reference.predictLabels(data)
        #expect(Set(expectedLabels).count == test.classes)
        let folder = try TemporaryFolder()
        let file = folder.url.appending(path: "pipeline")
        try trained.save(to: file)
        for (name, pipeline) in [("trained", trained), ("read", try Pipeline<Double>(contentsOf: file))] {
            let found = try pipeline.predict(data)
            let difference = firstDifference(found.elements, expected.elements, relative: 1e-9, floor: 1e-9)
            #expect(difference == nil, "\(name): \(difference ?? "")")
            #expect(try pipeline.predict(inputs) == found)
            #expect(try pipeline.predictLabels(data) == expectedLabels, "\(name)")
            #expect(try pipeline.predictLabels(inputs) == expectedLabels, "\(name)")
            for metric in Self.metrics {
                let (one, other) = (try pipeline.evaluate(metric, on: data), try reference.evaluate(metric, on: data))
                #expect(abs(one - other) < 1e-9, "\(name), \(metric.name): \(one), not \(other)")
                let importance = try pipeline.permutationImportance(on: data, metric: metric, repeats: 1, seed: 1)
                let known = try reference.permutationImportance(on: data, metric: metric, repeats: 1, seed: 1)
                for (one, other) in zip(importance.values, known.values) {
                    #expect(firstDifference(one, other, relative: 1e-9, floor: 1e-9) == nil, "\(name), \(metric.name)")
                }
            }
        }
        // The model itself still gives what the loss takes.
        let raw = try #require(trained.fittedPreprocessing).transform(data)
        let outputs = try #require(trained.model).predict(raw)
        let areProbabilities = test.end.contains { $0 is Softmax }
        #expect((outputs == (try trained.predict(data))) == areProbabilities)
        if test.classes == 2 {
            // A cut at one half of these would be another.
            #expect(try trained.labels(of: outputs) != expectedLabels)
        }
    }

    /// What a model of counts gives are logarithms; what is predicted, and compared with the targets, are the counts.
    @Test func logarithmsOfCounts() throws {
        var generator = RandomGenerator(seed: 5)
        let inputs = generator.matrix(120, 2, of: Double.self)
        let targets = Matrix<Double>(
            rows: 120, columns: 1, elements: (0..<120).map { exp(1 + 0.8 * inputs[$0, 0]).rounded() })
        let data = try Dataset(inputs: inputs, targets: targets)
        var pipeline = Pipeline<Double>(seed: 3) { _, _ in [Linear(2, 1)] }
        let history = try pipeline.train(
            on: data, loss: PoissonNLL(), epochs: 3, validation: .rows(data), metrics: [.r2], progress: .silent)
        let predicted = try pipeline.predict(data)
        let model = try #require(pipeline.model)
        let raw = try #require(pipeline.fittedPreprocessing).transform(data)
        let expected = try model.predict(raw).elements.map { exp($0) }
        #expect(firstDifference(predicted.elements, expected, relative: 1e-14) == nil)
        let score = try Metric.r2(predicted, targets)
        #expect(try pipeline.evaluate(.r2, on: data) == score)
        #expect(abs(try #require(history.metrics[0].values.last) - score) < 1e-12)
        let folder = try TemporaryFolder()
        let file = folder.url.appending(path: "pipeline")
        try pipeline.save(to: file)
        #expect(try Pipeline<Double>(contentsOf: file).predict(data) == predicted)
    }

    /// A file of predictions has probabilities.
    @Test func inFilesOfPredictions() throws {
        let folder = try TemporaryFolder()
        let file = folder.url.appending(path: "rows.csv")
        try "x,y,kind\n1,2,no\n3,-1,yes\n-2,0,no\n".write(to: file, atomically: true, encoding: .utf8)
        let data = try Dataset<Double>(csv: file, target: "kind")
        func predictions(_ end: [any Layer], _ loss: any Loss) throws -> Dataset<Double> {
            let written = folder.url.appending(path: "predictions.csv")
            try pipeline(2, end, loss, data).write(predictionsFor: file, to: written)
            return try Dataset<Double>(csv: written, target: "kind")
        }
        let found = try predictions([], BinaryCrossEntropy(.logits))
        let expected = try predictions([Sigmoid()], BinaryCrossEntropy())
        #expect(found.columns == [Column("P(yes)")])
        #expect(
            firstDifference(found.inputs.elements, expected.inputs.elements, relative: 1e-9) == nil)
        #expect(found.labelNames == expected.labelNames && found.classes == expected.classes)
    }

    /// What a file says of outputs is read, and nothing else.
    @Test func inFilesOfPipelines() throws {
        let (inputs, targets) = data(classes: 2)
        let data = try Dataset(inputs: inputs, targets: targets)
        let folder = try TemporaryFolder()
        func said(_ pipeline: Pipeline<Double>) throws -> String { try pipeline.writer().metadata["perceptron"] ?? "" }
        #expect(try !said(probabilityPipeline(2, data)).contains("outputFunction"))
        let trained = try pipeline(2, [], BinaryCrossEntropy(.logits), data)
        let description = try said(trained)
        #expect(description.contains(#""outputFunction":"sigmoid""#))
        var writer = try trained.writer()
        writer.metadata["perceptron"] = description.replacing(#""sigmoid""#, with: #""cosine""#)
        let file = folder.url.appending(path: "file")
        try writer.write(to: file)
        let message = errorMessage { _ = try Pipeline<Double>(contentsOf: file) }
        #expect(message.contains("outputFunction"), "\(message)")
    }

    /// A model doesn't know what it was trained with, so it is told.
    @Test(arguments: cases) func ofModels(_ test: Case) throws {
        let (inputs, targets) = data(classes: test.classes)
        let model = try MLP<Double>(layers(test.classes, test.end), seed: 3)
        let reference = try MLP<Double>(layers(test.classes, test.classes == 2 ? [Sigmoid()] : [Softmax()]), seed: 3)
        let found = try model.permutationImportance(
            inputs: inputs, targets: targets, metric: .logLoss, loss: test.loss, repeats: 1, seed: 1)
        let expected = try reference.permutationImportance(
            inputs: inputs, targets: targets, metric: .logLoss, repeats: 1, seed: 1)
        #expect(abs(found.baseline - expected.baseline) < 1e-12)
        for (one, other) in zip(found.values, expected.values) {
            #expect(firstDifference(one, other, relative: 1e-9, floor: 1e-12) == nil)
        }
    }

    /// Several logits are each a probability of its own where the loss says so.
    @Test func logitsThatDoNotExcludeEachOther() throws {
        let (inputs, classes) = data(classes: 3)
        let targets = Matrix((0..<120).map { row in (0..<3).map { classes[row] >= $0 ? 1.0 : 0 } })
        func importance(_ end: [any Layer], _ loss: any Loss) throws -> PermutationImportance {
            try MLP<Double>(layers(3, end), seed: 3).permutationImportance(
                inputs: inputs, targets: .matrix(targets), metric: .meanAbsoluteError, loss: loss, repeats: 1, seed: 1)
        }
        let found = try importance([], BinaryCrossEntropy(.logits))
        let expected = try importance([Sigmoid()], BinaryCrossEntropy())
        #expect(abs(found.baseline - expected.baseline) < 1e-12)
    }

    @Test func followed() throws {
        let inputs = data(classes: 3).inputs
        var model = try MLP<Double>([Linear(2, 4), BatchNorm(4), Linear(4, 3)], seed: 3)
        model.state = model.state.map { $0 + 0.25 }
        try model.freeze(layers: [0])
        let longer = try model.followed(by: Softmax())
        #expect(longer.parameters == model.parameters && longer.state == model.state && longer.isFrozen(layer: 0))
        var expected = try model.predict(inputs)
        OutputFunction.softmax.apply(to: &expected)
        #expect(try longer.predict(inputs) == expected)
        let state = "layer 3 (BatchNorm): has parameters or state, for which the model has no values"
        for layer in [BatchNorm(3), BatchNorm(3, affine: false)] {
            #expect(errorMessage { _ = try model.followed(by: layer) } == state)
        }
        #expect(errorMessage { _ = try model.followed(by: Linear(4, 1)) }.hasPrefix("layer 3 (Linear): takes 4"))
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
