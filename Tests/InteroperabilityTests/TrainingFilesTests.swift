import Foundation
import TestSupport
import Testing

@testable import Perceptron

/// What training leaves for people: TensorBoard, pandas and an XML parser read it.
@Suite(.enabled(if: Python.path != nil, "PERCEPTRON_PYTHON must name a Python with tensorboard and pandas"))
struct TrainingFilesTests {
    private struct Run: Decodable {
        struct Point: Decodable {
            let step: Int
            let wallTime: Double
            let value: String
        }

        struct Histogram: Decodable {
            let step: Int
            let minimum: Double
            let maximum: Double
            let count: Double
            let sum: Double
            let sumOfSquares: Double
            let limits: [Double]
            let counts: [Double]
        }

        let fileVersion: Double
        let scalars: [String: [Point]]
        let histograms: [String: [Histogram]]
    }

    private struct Buckets: Decodable {
        let limits: [Double]
        let counts: [Double]
    }

    private func output<Value: Decodable>(
        _ script: String, _ arguments: [URL], as type: Value.Type = Value.self
    ) throws -> Value {
        let printed = try Python.run(script, arguments.map { $0.path(percentEncoded: false) })
        return try JSONDecoder().decode(type, from: Data(printed.utf8))
    }

    private func values(_ points: [Run.Point]?) -> [Float]? { points?.compactMap { Float($0.value) } }

    // MARK: TensorBoard

    @Test func tensorBoardReadsWhatAWriterWrites() throws {
        try withTemporaryFolder { folder in
            let writer = try TensorBoardWriter(folder: folder)
            let points: [Double] = [0, -0.0, 1, -2.5, 0.1, 1e-45, 3e38, 1e300, .infinity, -.infinity, .nan]
            let steps = [0, 1, 2, 127, 128, 300, 16_383, 16_384, 1 << 31, 1 << 40, 1 << 62]
            for (value, step) in zip(points, steps) { try writer.scalar(value, name: "wörter/ß", step: step) }
            let arrays: [[Float]] = [[0], [-1, 1], [], [.nan], [1e-3, .infinity, 2e-3]]
            for (step, values) in arrays.enumerated() { try writer.histogram(values, name: "0.weight", step: step) }

            // The writer is still open, as it is while a run is watched.
            let run: Run = try output("tensorboard_read.py", [folder])
            #expect(run.fileVersion == 2)
            let found = try #require(run.scalars["wörter/ß"])
            #expect(found.map(\.step) == steps)
            let values = found.compactMap { Float($0.value) }
            #expect(values.map(\.isNaN) == points.map(\.isNaN))
            #expect(zip(values, points).allSatisfy { $0 == Float($1) && $0.sign == $1.sign || $1.isNaN })
            let now = Date().timeIntervalSince1970
            #expect(found.allSatisfy { (now - 600...now + 1).contains($0.wallTime) })
            let histograms = try #require(run.histograms["0.weight"])
            #expect(histograms.map(\.step) == [0, 1, 2, 3, 4])
            #expect(histograms.map(\.count) == [1, 2, 0, 0, 2])
            #expect(histograms.map(\.minimum) == [0, -1, 0, 0, Double(Float(1e-3))])
            #expect(histograms.map(\.maximum) == [0, 1, 0, 0, Double(Float(2e-3))])
            #expect(histograms[0].limits == [0, 1e-12] && histograms[0].counts == [0, 1])
        }
    }

    @Test func bucketsAreThoseOfTensorFlow() throws {
        try withTemporaryFolder { folder in
            var generator = RandomGenerator(seed: 4)
            let limits = TensorBoardHistogram.allLimits
            let arrays = (0..<20).map { (index: Int) -> [Double] in
                let uniform = (0..<200).map { _ in Double.random(in: -1...1, using: &generator) }
                let values = index.isMultiple(of: 2) ? uniform : uniform.map { $0 * $0 * $0 * 1e-9 }
                return values + limits[700 + index...700 + 2 * index] + [0]
            }
            let input = folder.appending(path: "arrays.json")
            try JSONEncoder().encode(arrays).write(to: input)
            let expected: [Buckets] = try output("tensorflow_histograms.py", [input])
            #expect(expected.count == arrays.count)
            let board = folder.appending(path: "board")
            let writer = try TensorBoardWriter(folder: board)
            for (step, values) in arrays.enumerated() { try writer.histogram(values, name: "values", step: step) }
            let run: Run = try output("tensorboard_read.py", [board])
            for (found, (expected, values)) in zip(try #require(run.histograms["values"]), zip(expected, arrays)) {
                #expect(found.limits == expected.limits && found.counts == expected.counts)
                #expect(found.minimum == values.min() && found.maximum == values.max())
                #expect(found.count == Double(values.count))
                #expect(found.sum == values.reduce(0, +))
                #expect(found.sumOfSquares == values.reduce(0) { $0 + $1 * $1 })
            }
        }
    }

    @Test func trainingIsSeenInTensorBoard() throws {
        try withTemporaryFolder { folder in
            let writer = try TensorBoardWriter(folder: folder)
            var model = try MLP<Float>([Linear(2, 3), ReLU(), Linear(3, 1)], seed: 1)
            let inputs = Matrix<Float>([[0, 0], [0, 1], [1, 0], [1, 1], [2, 1]])
            let targets = Matrix<Float>([[0], [1], [1], [0], [1]])
            let metric = Metric("first output", largerIsBetter: true) { outputs, _, _ in outputs[0, 0] }
            let parameters = Locked<[[Float]]>([])
            let stepLosses = Locked<[Float]>([])
            let history = try model.train(
                inputs: inputs, targets: targets, loss: MeanSquaredError(), epochs: 6, batchSize: 2,
                validation: .rows(inputs, targets), metrics: [metric],
                callbacks: [
                    .tensorBoard(writer, histogramsEvery: 2), try .tensorBoardSteps(writer, every: 4),
                    .everyEpoch { report in
                        parameters.withLock { $0.append(report.model.parameters) }
                        return .proceed
                    },
                    .everyStep { report in
                        stepLosses.withLock { $0.append(Float(report.loss)) }
                        return .proceed
                    },
                ], progress: .silent)

            let run: Run = try output("tensorboard_read.py", [folder])
            #expect(
                run.scalars.keys.sorted() == ["loss/step", "loss/training", "loss/validation", "metrics/first output"])
            #expect(run.scalars["loss/training"]?.map(\.step) == Array(1...6))
            #expect(values(run.scalars["loss/training"]) == history.losses.map { Float($0) })
            #expect(values(run.scalars["loss/validation"]) == history.validationLosses.map { Float($0) })
            #expect(values(run.scalars["metrics/first output"]) == history[metric: "first output"]?.map { Float($0) })
            #expect(run.scalars["loss/step"]?.map(\.step) == [4, 8, 12, 16])
            #expect(
                values(run.scalars["loss/step"]) == stepLosses.withLock { losses in [3, 7, 11, 15].map { losses[$0] } })
            #expect(run.histograms.keys.sorted() == ["0.bias", "0.weight", "2.bias", "2.weight"])
            for tensor in model.parameterLayout {
                let found = try #require(run.histograms["\(tensor.layer).\(tensor.name)"])
                #expect(found.map(\.step) == [2, 4, 6])
                for histogram in found {
                    let values = parameters.withLock { $0[histogram.step - 1][tensor.range].map { Double($0) } }
                    #expect(histogram.count == Double(tensor.range.count))
                    #expect(histogram.minimum == values.min() && histogram.maximum == values.max())
                    #expect(histogram.sum == values.reduce(0, +))
                }
            }
        }
    }

    // MARK: Histories

    private func history(_ epochs: Int) -> History {
        var generator = RandomGenerator(seed: UInt64(epochs))
        func series() -> [Double] { (0..<epochs).map { _ in Double.random(in: 1e-9...3, using: &generator) } }
        var history = History()
        history.losses = series()
        history.validationLosses = series()
        history.metrics = ["accuracy", "R², \"adjusted\" & <new>"].map { History.Series(name: $0, values: series()) }
        history.keptEpoch = epochs / 2
        if epochs > 3 {
            history.losses[1] = .nan
            history.validationLosses[2] = .infinity
            history.losses[3] = -.infinity
        }
        return history
    }

    @Test func pandasReadsAHistory() throws {
        try withTemporaryFolder { folder in
            let history = history(40)
            let file = folder.appending(path: "history.csv")
            try history.write(csv: file)
            let columns: [[String]] = try output("history_read.py", [file])
            #expect(
                columns.map(\.first) == ["epoch", "loss", "validation loss"] + history.metrics.map(\.name) + ["kept"])
            func expect(_ column: Int, _ values: [Double]) {
                let found = columns[column].dropFirst().compactMap { Double($0) }
                #expect(found.map(\.isNaN) == values.map(\.isNaN))
                #expect(zip(found, values).allSatisfy { $0 == $1 || $1.isNaN })
            }
            expect(0, (1...40).map { Double($0) })
            expect(1, history.losses)
            expect(2, history.validationLosses)
            expect(3, history.metrics[0].values)
            expect(4, history.metrics[1].values)
            expect(5, (1...40).map { $0 == 20 ? 1 : 0 })
        }
    }

    @Test func drawingsAreWellFormedAndInThePicture() throws {
        try withTemporaryFolder { folder in
            let title = "A title & <more> of \"it\""
            var histories = [0, 1, 2, 40, 3000].map(history)
            histories.append(histories[3])
            histories[5].metrics = (0..<30).map { History.Series(name: "metric \($0)\u{B}", values: [1, 2]) }
            let files = try histories.enumerated().map { index, history in
                let file = folder.appending(path: "\(index).svg")
                try history.write(svg: file, title: title)
                return file
            }
            let texts: [[String]] = try output("svg_read.py", files)
            #expect(texts.count == files.count)
            for texts in texts {
                #expect(texts.prefix(2) == [title, title])
                #expect(texts.last == "Epoch")
            }
            #expect(texts[3].contains("R², \"adjusted\" & <new>"))
            #expect(texts[3].contains("kept: epoch 20"))
            #expect(texts[5].contains("metric 29\u{FFFD}"))
        }
    }
}
