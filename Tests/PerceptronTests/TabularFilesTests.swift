import Foundation
import TestSupport
import Testing

@testable import Perceptron

/// Models of tables with intervals and layers of one's own, and what they write.
@Suite struct TabularFilesTests {
    private static func line(rows: Int) throws -> Dataset<Float> {
        var generator = RandomGenerator(seed: 5)
        var inputs = Matrix<Float>(rows: rows, columns: 2)
        var targets = Matrix<Float>(rows: rows, columns: 1)
        for row in 0..<rows {
            for column in 0..<2 { inputs[row, column] = Float(generator.nextUniform()) }
            targets[row, 0] = 3 * inputs[row, 0] + Float(0.1 * generator.nextNormalPair().0)
        }
        return try Dataset(inputs: inputs, targets: targets, columns: [Column("x"), Column("noise")])
    }

    @Test func intervalsAreWrittenBesideTheValues() throws {
        try withTemporaryFolder { folder in
            let data = try Self.line(rows: 150)
            var model = TabularModel<Float>(.plain, seed: 1)
            try model.fit(data, intervals: true, epochs: 3, progress: .silent)
            #expect(model.hasIntervals)
            let (table, predictions) = (folder.appending(path: "t.csv"), folder.appending(path: "p.csv"))
            try data.write(csv: table)
            try model.write(predictionsFor: table, to: predictions, interval: 0.8)
            let outputs = try model.predict(data)
            let (lower, upper) = try model.predictionInterval(0.8, for: data)
            let lines = try String(contentsOf: predictions, encoding: .utf8).split(separator: "\n")
            #expect(lines[0] == "y,lower(y),upper(y)")
            for row in 0..<150 {
                #expect(lines[row + 1] == "\(outputs[row, 0]),\(lower[row, 0]),\(upper[row, 0])")
            }

            // Nothing is written where there are no such intervals.
            #expect(
                errorMessage { try model.write(predictionsFor: table, to: predictions, interval: 0.3) }
                    == "the level of the intervals is 0.3; it must be between 0.5 and 0.99")
            var plain = TabularModel<Float>(.plain, seed: 1)
            try plain.fit(data, epochs: 1, progress: .silent)
            #expect(!plain.hasIntervals)
            #expect(
                errorMessage { try plain.write(predictionsFor: table, to: predictions, interval: 0.8) }
                    == "the model was not fitted with intervals; use fit(data, intervals: true) or train --intervals")
            #expect(try String(contentsOf: predictions, encoding: .utf8).split(separator: "\n") == lines)
            try plain.write(predictionsFor: table, to: predictions)
            #expect(try String(contentsOf: predictions, encoding: .utf8).hasPrefix("y\n"))
        }
    }

    @Test func coverageIsCountedByWeight() throws {
        func column(_ values: [Double]) -> Matrix<Double> { Matrix(rows: values.count, columns: 1, elements: values) }
        let (lower, upper) = (column([0, 0, 5, 1]), column([1, 2, 4, 1]))
        let targets = column([1, 2.5, 5, 1])
        let even = try IntervalCoverage(0.9, lower: lower, upper: upper, targets: targets)
        #expect(even.level == 0.9 && even.covered == 0.5 && even.meanWidth == 0.5)
        let weighted = try IntervalCoverage(0.9, lower: lower, upper: upper, targets: targets, weights: [1, 2, 0, 1])
        #expect(weighted.covered == 0.5 && weighted.meanWidth == 1.25)
        #expect(
            errorMessage { _ = try IntervalCoverage(0.9, lower: lower, upper: column([1]), targets: targets) }
                == "upper bounds are 1 × 1; targets are 4 × 1")
        #expect(
            errorMessage {
                _ = try IntervalCoverage(0.9, lower: lower, upper: upper, targets: targets, weights: [0, 0, 0, 0])
            } == "weights are all 0; at least one must be positive")
        #expect(
            errorMessage { _ = try IntervalCoverage(0.9, lower: column([]), upper: column([]), targets: column([])) }
                == "there are no targets")

        let data = try Self.line(rows: 200)
        let (training, test) = try data.split(testFraction: 0.3)
        var model = TabularModel<Float>(.plain, seed: 1)
        try model.fit(training, intervals: true, epochs: 3, progress: .silent)
        let bounds = try model.predictionInterval(0.7, for: test)
        guard case .matrix(let truth) = test.targets else { return }
        let inside = (0..<test.rows).count { bounds.lower[$0, 0]...bounds.upper[$0, 0] ~= truth[$0, 0] }
        #expect(try model.intervalCoverage(0.7, on: test).covered == Double(inside) / Double(test.rows))
        #expect(
            errorMessage {
                _ = try model.intervalCoverage(0.7, on: Dataset(inputs: test.inputs, columns: test.columns))
            }
                == "the data set has no targets that intervals could cover")
    }

    @Test func hiddenLayersByText() throws {
        let data = try Self.line(rows: 60)
        func fitted(_ layers: String?) throws -> TabularModel<Float> {
            var settings = TabularSettings()
            settings.layers = try layers.map { try LayerText($0) }
            var model = TabularModel<Float>(.plain, settings: settings, seed: 1)
            try model.fit(data, epochs: 2, progress: .silent)
            return model
        }
        let small = try #require(fitted("8 tanh, dropout 0.2, 4").pipeline?.model)
        #expect(small.layers.prefix(5).map { "\(type(of: $0))" } == ["Linear", "Tanh", "Dropout", "Linear", "Linear"])
        #expect(small.parameterLayout.map(\.rows) == [2, 1, 8, 1, 4, 1])
        #expect(try fitted("256 relu, 256 relu").predict(data) == fitted(nil).predict(data))
        // Nothing hidden at all: a linear model.
        #expect(try fitted("dropout 0.1").pipeline?.model?.parameters.count == 3)

        var settings = TabularSettings()
        settings.layers = try LayerText("8 relu")
        #expect(settings.description == "layers \"8 relu\"")
        for recipe in TabularRecipe.allCases where recipe != .plain {
            var model = TabularModel<Float>(recipe, settings: settings, seed: 1)
            #expect(
                errorMessage { try model.fit(data, epochs: 1, progress: .silent) }
                    == "the recipe \(recipe.rawValue) has no layers")
        }
        settings.width = 8
        var model = TabularModel<Float>(.plain, settings: settings, seed: 1)
        #expect(
            errorMessage { try model.fit(data, epochs: 1, progress: .silent) }
                == "layers replace hidden layers, width and dropout; both can't be given")
    }

    @Test func foldsHaveIntervalsIfTheyAreWanted() throws {
        let data = try Self.line(rows: 120)
        for wanted in [true, false] {
            _ = try TabularModel<Float>(.plain, seed: 1).crossValidate(
                on: data, folds: 2, metrics: [.r2], intervals: wanted, epochs: 1
            ) { model, _, _ throws(PerceptronError) in #expect(model.hasIntervals == wanted) }
        }
    }
}
