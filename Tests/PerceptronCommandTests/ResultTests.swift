import Foundation
import Perceptron
import Synchronization
import TestSupport
import Testing

/// What the verbs print is what the library says.
@Suite struct ResultTests {
    struct Interval: Decodable, Equatable {
        let level, covered, meanWidth: Double
    }

    private static func decode<Value: Decodable>(_: Value.Type, _ text: String) throws -> Value {
        try JSONDecoder().decode(Value.self, from: Data(text.utf8))
    }

    private static func numbers(_ metrics: [Metric], _ model: TabularModel<Float>, _ data: Dataset<Float>) throws
        -> [Double]
    {
        try metrics.map { try model.evaluate($0, on: data) }
    }

    private struct Scores: Decodable {
        let r2, rmse, mae: Double
        let interval: Interval?

        enum CodingKeys: String, CodingKey {
            case r2 = "R²"
            case rmse = "RMSE"
            case mae = "MAE"
            case interval
        }
    }

    private static let valueMetrics: [Metric] = [.r2, .rootMeanSquaredError, .meanAbsoluteError]

    @Test func evaluateSaysWhatTheLibrarySays() throws {
        try TrainedFiles.line.with { folder in
            let model = try TabularModel<Float>(contentsOf: folder.appending(path: "model.safetensors"))
            let data = try Dataset<Float>(csv: folder.appending(path: "table.csv"), target: "y")
            let arguments = ["evaluate", "model.safetensors", "table.csv"]
            let scores = try Self.decode(Scores.self, Command.run(arguments + ["--json"], in: folder))
            #expect(try [scores.r2, scores.rmse, scores.mae] == Self.numbers(Self.valueMetrics, model, data))
            let coverage = try model.intervalCoverage(0.9, on: data)
            #expect(
                scores.interval
                    == Interval(level: 0.9, covered: coverage.covered, meanWidth: coverage.meanWidth))
            let other = try Self.decode(
                Scores.self, Command.run(arguments + ["--json", "--interval", "0.6"], in: folder))
            #expect(try other.interval?.covered == model.intervalCoverage(0.6, on: data).covered)

            let lines = try Command.run(arguments, in: folder).split(separator: "\n").map(String.init)
            #expect(lines.count == 4)
            for (line, (metric, value)) in zip(lines, zip(Self.valueMetrics, [scores.r2, scores.rmse, scores.mae])) {
                let words = line.split(separator: " ")
                #expect(words.first.map(String.init) == metric.name)
                #expect(abs((words.last.flatMap { Double($0) } ?? .nan) - value) < 1e-4 * abs(value))
            }
            #expect(lines[3].hasPrefix("90 % intervals cover "))

            // Standard input is read as a file is.
            let table = try FileHandle(forReadingFrom: folder.appending(path: "table.csv"))
            let piped = try Command.outcome(["evaluate", "model.safetensors", "-"], in: folder, input: table)
            #expect(piped.output.split(separator: "\n").map(String.init) == lines)
        }
    }

    private struct Trained: Decodable {
        let model: String
        let report: String?
        let rows, heldOut: Int
        let scores: Scores
    }

    /// Rows that belong together are held out together, and rows of a later time where time matters.
    @Test(arguments: [[], ["--group", "customer"], ["--forward"]]) func trainHoldsOutWhatItShould(
        _ way: [String]
    ) throws {
        try withTemporaryFolder { folder in
            let table = folder.appending(path: "table.csv")
            try Data(MadeTable.customers().utf8).write(to: table)
            let text = try Command.run(
                [
                    "train", "table.csv", "--target", "y", "-o", "m.safetensors", "--layers", "8 tanh", "--epochs", "4",
                    "--intervals", "--json", "--seed", "2",
                ] + way + (way.isEmpty ? ["--ignore", "customer"] : []), in: folder)
            let printed = try Self.decode(Trained.self, text)
            #expect(printed.model == "m.safetensors" && printed.report == "m.html")

            let data = try Dataset<Float>(
                csv: table, target: "y", ignoring: way.isEmpty ? ["customer"] : [],
                categorical: way == ["--group", "customer"] ? ["customer"] : [])
            let (training, held) = try data.split(
                testFraction: 0.2, seed: 2, groups: way == ["--group", "customer"] ? "customer" : nil,
                order: way == ["--forward"] ? .forward : .shuffled)
            #expect(printed.rows == data.rows && printed.heldOut == held.rows)
            var settings = TabularSettings()
            settings.layers = try LayerText("8 tanh")
            var model = TabularModel<Float>(.plain, settings: settings, seed: 2)
            try model.fit(training, validation: .rows(held), intervals: true, epochs: 4, progress: .silent)
            #expect(
                try [printed.scores.r2, printed.scores.rmse, printed.scores.mae]
                    == Self.numbers(Self.valueMetrics, model, held))
            #expect(try printed.scores.interval?.covered == model.intervalCoverage(0.9, on: held).covered)
            let saved = try TabularModel<Float>(contentsOf: folder.appending(path: "m.safetensors"))
            #expect(try saved.predict(held) == model.predict(held))
        }
    }

    private struct Folds: Decodable {
        struct Score: Decodable {
            let mean, deviation: Double
            let folds: [Double]
        }

        let rmse: Score
        let interval: Interval?

        enum CodingKeys: String, CodingKey {
            case rmse = "RMSE"
            case interval
        }
    }

    @Test(arguments: [[], ["--group", "customer"], ["--forward"]]) func foldsAreThoseOfTheLibrary(
        _ way: [String]
    ) throws {
        try withTemporaryFolder { folder in
            let table = folder.appending(path: "table.csv")
            try Data(MadeTable.customers().utf8).write(to: table)
            let arguments =
                [
                    "cv", "table.csv", "--target", "y", "--folds", "3", "--layers", "8 tanh", "--epochs", "4",
                    "--intervals", "--seed", "2", "--report", "page.html",
                ] + way + (way.isEmpty ? ["--ignore", "customer"] : [])
            let printed = try Self.decode(Folds.self, Command.run(arguments + ["--json"], in: folder))

            let data = try Dataset<Float>(
                csv: table, target: "y", ignoring: way.isEmpty ? ["customer"] : [],
                categorical: way == ["--group", "customer"] ? ["customer"] : [])
            var settings = TabularSettings()
            settings.layers = try LayerText("8 tanh")
            let model = TabularModel<Float>(.plain, settings: settings, seed: 2)
            let grouped = way == ["--group", "customer"] ? try data.grouped(by: "customer") : data
            let order: SplitOrder = way == ["--forward"] ? .forward : .shuffled
            let counts = Mutex((inside: 0, rows: 0))
            let result = try model.crossValidate(
                on: grouped, folds: 3, order: order, metrics: [.rootMeanSquaredError], intervals: true, epochs: 4
            ) { model, leftOut, _ throws(PerceptronError) in
                let coverage = try model.intervalCoverage(0.9, on: leftOut)
                counts.withLock { counts in
                    counts.inside += Int((coverage.covered * Double(leftOut.rows)).rounded())
                    counts.rows += leftOut.rows
                }
            }
            #expect(printed.rmse.folds == result.scores[0].values)
            #expect(printed.rmse.mean == result.scores[0].mean)
            #expect(printed.rmse.deviation == result.scores[0].standardDeviation)
            let (inside, predicted) = counts.withLock { $0 }
            let covered = Double(inside) / Double(predicted)
            #expect(abs((printed.interval?.covered ?? .nan) - covered) < 1e-12)

            let page = try ReportPage(folder.appending(path: "page.html"))
            let section = try #require(try page.section("Predicted against true"))
            #expect(
                try page.numbers(in: section).suffix(2) == [
                    try #require(printed.interval).covered, try #require(printed.interval).meanWidth,
                ])
            // A dot for each row that was predicted, and a line for each interval.
            let paths = try page.elements("path", in: section).compactMap { $0.attribute(named: "d")?.stringValue }
            #expect(paths.map { $0.split(separator: "h0").count }.suffix(2).reduce(0, +) == predicted)
            #expect(paths.contains { $0.split(separator: "M").count == predicted })

            let text = try Command.run(arguments, in: folder)
            #expect(text.contains("RMSE") && text.contains("90 % intervals cover "))
        }
    }

    private struct Described: Decodable {
        struct Column: Decodable, Equatable {
            let name, kind: String
            let categories: [String]?
        }

        let recipe: String
        let members, seed, layers, parameters: Int
        let targets, classes: [String]
        let intervals: Bool
        let columns: [Column]
    }

    @Test(arguments: [TrainedFiles.line, .hostile]) func infoSaysWhatIsThere(_ files: TrainedFiles) throws {
        try files.with { folder in
            let model = try TabularModel<Float>(contentsOf: folder.appending(path: "model.safetensors"))
            let text = try Command.run(["info", "model.safetensors"], in: folder)
            for part in model.columns.map(\.name) + model.labelNames + model.targetNames {
                #expect(text.contains(part))
            }
            let described = try Self.decode(
                Described.self, Command.run(["info", "model.safetensors", "--json"], in: folder))
            #expect(described.recipe == "plain" && described.members == 1 && described.seed == 3)
            #expect(described.targets == model.targetNames && described.classes == model.labelNames)
            #expect(described.intervals == model.hasIntervals)
            #expect(described.layers == model.pipeline?.model?.layers.count)
            #expect(described.parameters == model.pipeline?.model?.parameters.count)
            #expect(
                described.columns
                    == model.columns.map { column in
                        if case .categorical(let categories) = column.kind {
                            Described.Column(name: column.name, kind: "categories", categories: categories)
                        } else {
                            Described.Column(name: column.name, kind: "numbers", categories: nil)
                        }
                    })
        }
    }
}
