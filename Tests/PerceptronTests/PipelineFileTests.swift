import Foundation
import TestSupport
import Testing

@testable import Perceptron

/// Pipelines in safetensors files.
@Suite struct PipelineFileTests {
    private static let golden = Bundle.module.resourceURL!.appending(path: "Golden")

    private struct Golden: Decodable {
        let pipelineInputs: [[Double?]]
        let pipelineOutputs: [[Double]]
    }

    /// What a file of this version says stays readable.
    @Test func goldenFile() throws {
        let file = Self.golden.appending(path: "models/pipeline.safetensors")
        let rows = try JSONDecoder().decode(
            Golden.self, from: Data(contentsOf: Self.golden.appending(path: "models.json")))
        let pipeline = try Pipeline<Double>(contentsOf: file)
        #expect(pipeline.seed == .max && pipeline.targetNames == ["price"] && pipeline.labelNames.isEmpty)
        #expect(pipeline.preprocessing == Preprocessing(standardizesTargets: true))
        let data = try Dataset(
            inputs: Matrix(rows.pipelineInputs.map { $0.map { $0 ?? .nan } }),
            columns: [Column("number"), Column("colour", .categorical(categories: ["red", "green", "blue"]))])
        let found = try pipeline.predict(data).elements
        #expect(firstDifference(found, rows.pipelineOutputs.flatMap { $0 }, relative: 1e-12) == nil)
        // Its model alone.
        let model = try MLP<Double>(contentsOf: file)
        #expect(model.parameters == pipeline.model?.parameters)
        #expect(model.inputFeatures == 4)

        try withTemporaryFolder { folder in
            let copy = folder.appending(path: "copy")
            try pipeline.save(to: copy)
            #expect(try Data(contentsOf: copy) == Data(contentsOf: file))
        }
    }

    private func trained<Scalar: BLASScalar>(
        _ preprocessing: Preprocessing, _ data: Dataset<Scalar>, _ loss: any Loss, seed: UInt64 = 5,
        _ last: [any Layer]
    ) throws -> Pipeline<Scalar> {
        var pipeline = Pipeline<Scalar>(preprocessing: preprocessing, seed: seed) { features, outputs in
            [Linear(features, 9), Tanh(), Linear(9, outputs)] + last
        }
        try pipeline.train(on: data, loss: loss, epochs: 2, progress: .silent)
        return pipeline
    }

    private func comesBack<Scalar: BLASScalar>(_ pipeline: Pipeline<Scalar>, _ data: Dataset<Scalar>) throws {
        try withTemporaryFolder { folder in
            let file = folder.appending(path: "file")
            try pipeline.save(to: file)
            var found = try Pipeline<Scalar>(contentsOf: file)
            #expect(found.preprocessing == pipeline.preprocessing && found.seed == pipeline.seed)
            #expect(found.fittedPreprocessing == pipeline.fittedPreprocessing)
            #expect(found.targetNames == pipeline.targetNames && found.labelNames == pipeline.labelNames)
            #expect(found.model?.parameters == pipeline.model?.parameters)
            #expect(try found.predict(data) == pipeline.predict(data))
            if !pipeline.labelNames.isEmpty {
                #expect(try found.predictLabels(data) == pipeline.predictLabels(data))
            }
            let bytes = try Data(contentsOf: file)
            try found.save(to: file)
            #expect(try Data(contentsOf: file) == bytes)
            // Trained again, it begins as the other does.
            var again = pipeline
            let loss: any Loss = pipeline.labelNames.isEmpty ? MeanSquaredError() : CrossEntropy()
            try found.train(on: data, loss: loss, epochs: 1, progress: .silent)
            try again.train(on: data, loss: loss, epochs: 1, progress: .silent)
            #expect(found.model?.parameters == again.model?.parameters)
        }
    }

    @Test(
        arguments: [
            Preprocessing(),
            Preprocessing(numeric: .robust(), missing: .median(), categorical: .oneHot(unseen: .ownCategory)),
            Preprocessing(
                numeric: .quantile(count: 20), missing: .constant(1, indicators: false), categorical: .codes(),
                columns: ["noise": .dropped]),
            Preprocessing(
                numeric: .minMax(lower: -1), missing: .mostFrequent(), whitening: .count(2)),
        ])
    func pipelinesOfClasses(_ preprocessing: Preprocessing) throws {
        let data = try PipelineTests.kinds(80)
        try comesBack(trained(preprocessing, data, CrossEntropy(), [Softmax()]), data)
    }

    @Test func pipelinesOfNumbers() throws {
        var generator = RandomGenerator(seed: 4)
        let inputs = generator.matrix(50, 2, of: Float.self)
        let targets = Matrix<Float>((0..<50).map { [5000 + 300 * inputs[$0, 0], inputs[$0, 1] / 1000] })
        let data = try Dataset(inputs: inputs, targets: targets, targetNames: ["price \"é\\", "\u{1}"])
        for standardizes in [false, true] {
            try comesBack(
                trained(
                    Preprocessing(numeric: .unchanged, standardizesTargets: standardizes), data, MeanSquaredError(),
                    seed: .max, []), data)
        }
    }

    @Test func aSingleOutputForTwoClasses() throws {
        let data = try PipelineTests.kinds(40)
        var pipeline = Pipeline<Double> { features, _ in [Linear(features, 1), Sigmoid()] }
        let targets = Matrix<Double>((data.classes ?? []).map { [Double($0)] })
        try pipeline.train(
            on: try Dataset(inputs: data.inputs, targets: targets, columns: data.columns), loss: MeanSquaredError(),
            epochs: 1, progress: .silent)
        let description = try pipeline.writer().metadata["perceptron"] ?? ""
        // As if it had been trained for the classes.
        let named = description.replacing("\"labelNames\":[]", with: "\"labelNames\":[\"cat\",\"dog\"]")
        let found = try reread(pipeline, named)
        let outputs = try found.predict(data)
        #expect(try found.predictLabels(data) == (0..<40).map { outputs[$0, 0] > 0.5 ? "dog" : "cat" })
    }

    private func reread(_ pipeline: Pipeline<Double>, _ description: String) throws -> Pipeline<Double> {
        try withTemporaryFolder { folder in
            var writer = try pipeline.writer()
            writer.metadata["perceptron"] = description
            try writer.write(to: folder.appending(path: "file"))
            let bytes = [UInt8](try Data(contentsOf: folder.appending(path: "file")))
            return try Pipeline<Double>(bytes.span, path: "file")
        }
    }

    @Test func descriptionsThatDontFit() throws {
        let data = try PipelineTests.kinds(40)
        let pipeline = try trained(Preprocessing(standardizesTargets: true), data, CrossEntropy(), [Softmax()])
        let description = try #require(try pipeline.writer().metadata["perceptron"])
        _ = try reread(pipeline, description)
        let changes: [(String, String, String)] = [
            (
                #""labelNames":["cat","dog"]"#, #""labelNames":["cat","cat"]"#,
                #"two classes have the same name: ["cat", "cat"]"#
            ),
            (
                #""labelNames":["cat","dog"]"#, #""labelNames":["cat","dog","cow"]"#,
                #"the layers give 2 columns; there are 3 classes: ["cat", "dog", "cow"]"#
            ),
            (
                #""targetNames":["kind"]"#, #""targetNames":["kind","more"]"#,
                "there are names for 2 targets; the model predicts 1"
            ),
            (
                #""labelNames":["cat","dog"]"#, #""labelNames":[]"#,
                "there are names for 1 target; the model predicts 2"
            ),
            (#""seed":5"#, #""sede":5"#, "the key \"seed\" is missing"),
            (#""targetNames":["kind"]"#, #""targetNames":[1]"#, "targetNames."),
            (
                #""columnNames":["number","colour","noise"]"#, #""columnNames":["number","colour"]"#,
                "fittedPreprocessing: a part with a column that is not there"
            ),
            (
                #""categories":["red","green"]"#, #""categories":["red"]"#,
                "the preprocessing gives 4 columns; the model takes 5"
            ),
            (
                #","labelNames":"#, #","labelNames":[],"labelNames":"#, "the key \"labelNames\" occurs twice"
            ),
        ]
        for (old, new, reason) in changes {
            let changed = description.replacing(old, with: new)
            #expect(changed != description, "\(old)")
            let error = #expect(throws: PerceptronError.self) { try reread(pipeline, changed) }
            let message = error?.description ?? ""
            #expect(message.hasPrefix("file: ") && message.contains(reason), "\(message)")
        }
        let scaled = description.replacing(
            #""columnNames""#, with: #""targetScaler":{"means":[1],"scales":[1]},"columnNames""#)
        #expect(
            throws: PerceptronError.invalidFile(
                "file: pipeline: the scaling is of 1 column of targets; the model gives 2")
        ) { try reread(pipeline, scaled) }
    }

    @Test func whatIsNoPipeline() throws {
        try withTemporaryFolder { folder in
            let file = folder.appending(path: "file")
            let path = file.path(percentEncoded: false)
            let untrained = PipelineTests.classifier()
            #expect(throws: PerceptronError.invalidState("the pipeline is not trained yet; call train first")) {
                try untrained.save(to: file)
            }
            #expect(!FileManager.default.fileExists(atPath: path))
            try MLP<Double>([Linear(3, 2)]).save(to: file)
            #expect(
                throws: PerceptronError.invalidFile(
                    "\(path): holds a model without a pipeline; read it with "
                        + "MLP(contentsOf:)")
            ) { try Pipeline<Double>(contentsOf: file) }
        }
    }

    @Test func weightsThatAreNotFinite() throws {
        let data = try PipelineTests.kinds(40)
        var pipeline = try trained(Preprocessing(), data, CrossEntropy(), [Softmax()])
        pipeline.trained?.model.parameters[0] = .nan
        try withTemporaryFolder { folder in
            let file = folder.appending(path: "file")
            try pipeline.save(to: file)
            #expect(throws: PerceptronError.self) { try Pipeline<Double>(contentsOf: file) }
            #expect(
                try Pipeline<Double>(contentsOf: file, allowsNonFinite: true).model?.parameters[0].isNaN == true)
        }
    }
}
