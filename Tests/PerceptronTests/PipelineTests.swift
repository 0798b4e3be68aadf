import TestSupport
import Testing

@testable import Perceptron

@Suite struct PipelineTests {
    /// Rows of two kinds, told apart by a number with holes and by a colour.
    static func kinds(_ rows: Int, seed: UInt64 = 3) throws -> Dataset<Double> {
        var generator = RandomGenerator(seed: seed)
        let labels = generator.classes(rows, below: 2)
        let inputs = Matrix(
            labels.map { label -> [Double] in
                let number = 500 + 100 * Double(label) + 40 * generator.nextNormalPair().0
                let colour = generator.nextUniform() < 0.9 ? Double(label) : Double(2 - generator.nextInteger(below: 3))
                return [
                    generator.nextUniform() < 0.1 ? .nan : number, generator.nextUniform() < 0.1 ? .nan : colour,
                    generator.nextNormalPair().0,
                ]
            })
        return try Dataset(
            inputs: inputs, targets: labels,
            columns: [
                Column("number"), Column("colour", .categorical(categories: ["red", "green", "blue"])), Column("noise"),
            ], targetNames: ["kind"], labelNames: ["cat", "dog"])
    }

    static func classifier(
        _ preprocessing: Preprocessing = Preprocessing(categorical: .oneHot(unseen: .ignore)), seed: UInt64 = 1
    ) -> Pipeline<Double> {
        Pipeline(preprocessing: preprocessing, seed: seed) { features, outputs in
            [Linear(features, 8), Tanh(), Linear(8, outputs), Softmax()]
        }
    }

    @Test func rawRowsToLabels() throws {
        let (training, test) = try Self.kinds(300).split(testFraction: 0.25, seed: 1)
        var pipeline = Self.classifier()
        let history = try pipeline.train(
            on: training, loss: CrossEntropy(), optimizer: Adam(learningRate: 0.02), epochs: 30, progress: .silent)
        #expect(history.losses.count == 30)
        let labels = try pipeline.predictLabels(test)
        let classes = try #require(test.classes)
        let hits = zip(labels, classes).count { $0 == test.labelNames[$1] }
        #expect(Double(hits) > 0.93 * Double(test.rows), "\(hits) of \(test.rows)")
        #expect(pipeline.labelNames == ["cat", "dog"] && pipeline.targetNames == ["kind"])
        #expect(
            pipeline.fittedPreprocessing?.featureNames == [
                "number", "noise", "number (missing)", "colour=red", "colour=green", "colour=blue",
            ])

        let probabilities = try pipeline.predict(test)
        for row in 0..<test.rows {
            #expect(abs(probabilities[row, 0] + probabilities[row, 1] - 1) < 1e-12)
            #expect(labels[row] == (probabilities[row, 1] > probabilities[row, 0] ? "dog" : "cat"))
        }
        let model = try #require(pipeline.model)
        let fitted = try #require(pipeline.fittedPreprocessing)
        #expect(try model.predict(fitted.transform(test)) == probabilities)

        // It is the same as each step by itself.
        var byHand = try MLP<Double>([Linear(6, 8), Tanh(), Linear(8, 2), Softmax()], seed: 1)
        let preprocessing = try pipeline.preprocessing.fitted(to: training)
        #expect(preprocessing == fitted)
        try byHand.train(
            inputs: preprocessing.transform(training), targets: try #require(training.classes), loss: CrossEntropy(),
            optimizer: Adam(learningRate: 0.02), epochs: 30, progress: .silent)
        #expect(byHand.parameters == model.parameters)
    }

    /// Rows held out have no part in what the preprocessing learns, whoever holds them out.
    @Test func heldOutRowsAreNotFittedTo() throws {
        let data = try Self.kinds(100)
        var pipeline = Self.classifier(seed: 9)
        let history = try pipeline.train(
            on: data, loss: CrossEntropy(), epochs: 3, validation: .fraction(0.3), progress: .silent)
        let (training, held) = try data.split(testFraction: 0.3, seed: 9)
        let fitted = try pipeline.preprocessing.fitted(to: training)
        #expect(pipeline.fittedPreprocessing == fitted)
        #expect(try fitted != pipeline.preprocessing.fitted(to: data))
        #expect(history.validationLosses.count == 3)

        var apart = Self.classifier(seed: 9)
        let same = try apart.train(
            on: training, loss: CrossEntropy(), epochs: 3, validation: .rows(held), progress: .silent)
        #expect(same == history && apart.model?.parameters == pipeline.model?.parameters)
    }

    @Test func whatTrainPassesOn() throws {
        let data = try Self.kinds(60)
        let accuracy = Metric("hits", largerIsBetter: true) { (outputs, targets, _) throws(PerceptronError) in
            guard case .classes(let classes) = targets else { return .nan }
            return Double(classes.indices.count { (outputs[$0, 1] > 0.5) == (classes[$0] == 1) })
        }
        var pipeline = Self.classifier()
        let history = try pipeline.train(
            on: data, loss: CrossEntropy(), epochs: 50, batchSize: 60, sampling: .inOrder,
            earlyStopping: EarlyStopping(patience: 2, minimumImprovement: 1e9), metrics: [accuracy],
            callbacks: [.everyEpoch { _ in .proceed }], progress: .silent, threads: 1)
        #expect(history.losses.count == 3 && history.ending == .stoppedEarly)
        #expect(history[metric: "hits"]?.count == 3)
        let stopped = try pipeline.train(
            on: data, loss: CrossEntropy(), epochs: 50, callbacks: [.everyEpoch { _ in .stop }], progress: .silent)
        #expect(stopped.losses.count == 1 && stopped.ending == .stoppedByCallback)
        // Evaluated after training, the metric is what the predictions say.
        let outputs = try pipeline.predict(data)
        #expect(try pipeline.evaluate(accuracy, on: data) == accuracy(outputs, try #require(data.targets)))
    }

    /// A weight of 2 is the row twice; a class weight of 0 is the class not there.
    @Test func weights() throws {
        let data = try Self.kinds(40)
        let classes = try #require(data.classes)
        func parameters(_ data: Dataset<Double>, classWeights: [Double]? = nil) throws -> [Double] {
            // Nothing that is fitted depends on how often a row occurs.
            var pipeline = Self.classifier(
                Preprocessing(numeric: .minMax(), missing: .constant(0), categorical: .oneHot(unseen: .ignore)))
            try pipeline.train(
                on: data, loss: CrossEntropy(), epochs: 5, batchSize: 1000, sampling: .inOrder,
                classWeights: classWeights, progress: .silent)
            return try #require(pipeline.model).parameters
        }
        let weighted = try Dataset(
            inputs: data.inputs, targets: classes, weights: (0..<40).map { $0 < 10 ? 2 : 1 }, columns: data.columns,
            labelNames: data.labelNames)
        let twice = data.rows(Array(0..<40) + Array(0..<10))
        #expect(firstDifference(try parameters(weighted), try parameters(twice), relative: 1e-9) == nil)
        #expect(try parameters(weighted) != parameters(data))
        let doubled = try Dataset(
            inputs: data.inputs, targets: classes, weights: classes.map { $0 == 1 ? 3 : 1 }, columns: data.columns,
            labelNames: data.labelNames)
        #expect(
            firstDifference(
                try parameters(data, classWeights: [1, 3]), try parameters(doubled), relative: 1e-9) == nil)
    }

    /// Values far from 0 are learned as standardised ones, and come out in their own units.
    @Test func targetsInTheirOwnUnits() throws {
        var generator = RandomGenerator(seed: 4)
        let inputs: Matrix<Double> = generator.matrix(200, 2, of: Double.self)
        let targets = Matrix((0..<200).map { [5000 + 300 * inputs[$0, 0], inputs[$0, 1] / 1000] })
        let data = try Dataset(inputs: inputs, targets: targets, targetNames: ["price", "rate"])
        let largest = Metric("largest error", largerIsBetter: false) { (outputs, targets, _) throws(PerceptronError) in
            guard case .matrix(let matrix) = targets else { return .nan }
            return (0..<outputs.rows).map { abs(outputs[$0, 0] - matrix[$0, 0]) }.max() ?? .nan
        }
        var pipeline = Pipeline<Double>(preprocessing: Preprocessing(standardizesTargets: true), seed: 1) {
            [Linear($0, $1)]
        }
        let history = try pipeline.train(
            on: data, loss: MeanSquaredError(), optimizer: Adam(learningRate: 0.05), epochs: 60, metrics: [largest],
            progress: .silent)
        let predictions = try pipeline.predict(data)
        for row in 0..<200 {
            #expect(abs(predictions[row, 0] - targets[row, 0]) < 3)
            #expect(abs(predictions[row, 1] - targets[row, 1]) < 1e-5)
        }
        #expect(try pipeline.predict(inputs) == predictions)
        let kept = try #require(history[metric: "largest error"]?.last)
        let evaluated = try pipeline.evaluate(largest, on: data)
        #expect(abs(kept - evaluated) < 1e-9 && evaluated < 3, "\(kept), \(evaluated)")
        #expect(
            throws: PerceptronError.invalidState(
                "the pipeline was not trained on classes, so it can't predict labels")
        ) {
            try pipeline.predictLabels(data)
        }
    }

    /// Labels that another file has in another order are matched by their names.
    @Test func labelsAreMatchedByName() throws {
        let data = try Self.kinds(80)
        let classes = try #require(data.classes)
        let swapped = try Dataset(
            inputs: data.inputs, targets: classes.map { 1 - $0 }, columns: data.columns, labelNames: ["dog", "cat"])
        let hits = Metric("hits", largerIsBetter: true) { (outputs, targets, _) throws(PerceptronError) in
            guard case .classes(let classes) = targets else { return .nan }
            return Double(classes.indices.count { (outputs[$0, 1] > 0.5) == (classes[$0] == 1) })
        }
        var pipeline = Self.classifier()
        let history = try pipeline.train(
            on: data, loss: CrossEntropy(), epochs: 3, validation: .rows(swapped), metrics: [hits], progress: .silent)
        var other = Self.classifier()
        let same = try other.train(
            on: data, loss: CrossEntropy(), epochs: 3, validation: .rows(data), metrics: [hits], progress: .silent)
        #expect(history == same)
        #expect(try pipeline.evaluate(hits, on: swapped) == pipeline.evaluate(hits, on: data))
        let unknown = try Dataset(
            inputs: data.inputs, targets: classes, columns: data.columns, labelNames: ["cow", "cat"])
        let message = errorMessage { _ = try pipeline.evaluate(hits, on: unknown) }
        #expect(message.contains("of class \"cow\""), "\(message)")
    }

    @Test func errorsChangeNothing() throws {
        let data = try Self.kinds(40)
        var pipeline = Self.classifier()
        #expect(throws: PerceptronError.invalidState("the pipeline is not trained yet; call train first")) {
            try pipeline.predict(data)
        }
        #expect(throws: PerceptronError.self) { try pipeline.predictLabels(data.inputs) }
        #expect(throws: PerceptronError.self) {
            try pipeline.evaluate(Metric("m", largerIsBetter: true) { _, _, _ in 0 }, on: data)
        }
        let bare = try Dataset(inputs: data.inputs, columns: data.columns)
        for (data, epochs, validation) in [
            (bare, 1, Pipeline<Double>.Validation?.none), (data, 0, nil), (data.rows([]), 1, nil),
            (data, 1, .fraction(0)), (data, 1, .fraction(1)), (data, 1, .rows(bare)),
            (data, 1, .rows(data.rows([]))),
        ] {
            #expect(throws: PerceptronError.self) {
                try pipeline.train(
                    on: data, loss: CrossEntropy(), epochs: epochs, validation: validation, progress: .silent)
            }
            #expect(pipeline.model == nil && pipeline.fittedPreprocessing == nil)
        }
        var narrow = Pipeline<Double> { features, _ in [Linear(features, 3), Softmax()] }
        let message = errorMessage {
            try narrow.train(on: data, loss: CrossEntropy(), epochs: 1, progress: .silent)
        }
        #expect(message.contains("3 columns; there are 2 classes"), "\(message)")

        try pipeline.train(on: data, loss: CrossEntropy(), epochs: 1, progress: .silent)
        let model = pipeline.model?.parameters
        #expect(throws: PerceptronError.self) {
            try pipeline.train(on: data, loss: CrossEntropy(), epochs: 0, progress: .silent)
        }
        #expect(pipeline.model?.parameters == model)
        #expect(throws: PerceptronError.self) { try pipeline.predict(bare.inputs) }
    }

    /// What a callback throws ends training; the model is kept as far as it had got.
    @Test func aCallbackThatThrows() throws {
        let data = try Self.kinds(40)
        var pipeline = Self.classifier()
        #expect(throws: PerceptronError.fileAccess("full")) {
            try pipeline.train(
                on: data, loss: CrossEntropy(), epochs: 9,
                callbacks: [
                    .everyEpoch { (report) throws(PerceptronError) in
                        if report.epoch == 2 { throw .fileAccess("full") }
                        return .proceed
                    }
                ], progress: .silent)
        }
        var short = Self.classifier()
        try short.train(on: data, loss: CrossEntropy(), epochs: 2, progress: .silent)
        #expect(pipeline.model?.parameters == short.model?.parameters)
    }

    /// With a single output, that is the probability of the second class.
    @Test func oneOutputForTwoClasses() throws {
        let data = try Self.kinds(10)
        var pipeline = Pipeline<Double> { features, _ in [Linear(features, 1), Sigmoid()] }
        pipeline = Pipeline(
            preprocessing: Preprocessing(categorical: .oneHot(unseen: .ignore)), layers: pipeline.layers)
        let fitted = try pipeline.preprocessing.fitted(to: data)
        let model = try MLP<Double>([Linear(fitted.featureNames.count, 1), Sigmoid()], seed: 2)
        pipeline.trained = .init(
            preprocessing: fitted, model: model, targetNames: data.targetNames, labelNames: data.labelNames)
        let outputs = try pipeline.predict(data)
        #expect(try pipeline.predictLabels(data) == (0..<10).map { outputs[$0, 0] >= 0.5 ? "dog" : "cat" })
    }

    @Test func sameSeedSameBits() throws {
        let data = try Self.kinds(120)
        func trained(seed: UInt64, threads: Int) throws -> [Double]? {
            var pipeline = Self.classifier(
                Preprocessing(numeric: .quantile(), categorical: .oneHot(unseen: .ignore), whitening: .count(4)),
                seed: seed)
            try pipeline.train(
                on: data, loss: CrossEntropy(), epochs: 3, validation: .fraction(0.2), progress: .silent,
                threads: threads)
            return pipeline.model?.parameters
        }
        #expect(try trained(seed: 1, threads: 1) == trained(seed: 1, threads: 2))
        #expect(try trained(seed: 1, threads: 1) != trained(seed: 2, threads: 1))
    }
}
