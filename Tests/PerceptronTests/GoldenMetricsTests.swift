import Foundation
import Testing

@testable import Perceptron

/// Metrics as scikit-learn computes them (`Golden/make_metrics_golden.py`).
@Suite struct GoldenMetricsTests {
    struct File: Decodable {
        let classification: [Case]
        let regression: [Case]
        let temperatures: [Case]
    }

    struct Case: Decodable, Sendable, CustomTestStringConvertible {
        let name: String
        let rows: Int
        let columns: Int
        let outputs: [Double]
        let classes: [Int]?
        let targets: [Double]?
        let weights: [Double]?
        let confusion: [Double]?
        /// nil where the metric is to throw.
        let metrics: [String: Double?]?
        let temperature: Double?
        let scaled: [Double]?

        var testDescription: String { name }
        var outputMatrix: Matrix<Double> { Matrix(rows: rows, columns: columns, elements: outputs) }

        var allTargets: Targets<Double> {
            if let classes { return .classes(classes) }
            return .matrix(Matrix(rows: rows, columns: columns, elements: targets ?? []))
        }
    }

    static let file: File = {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden/metrics.json")
        let golden = try? JSONDecoder().decode(File.self, from: Data(contentsOf: file))
        return golden ?? File(classification: [], regression: [], temperatures: [])
    }()

    static let metrics: [String: Metric] = {
        var metrics: [Metric] = [
            .accuracy, .balancedAccuracy, .logLoss, .brierScore, .rocAUC, .averagePrecision, .meanSquaredError,
            .rootMeanSquaredError, .meanAbsoluteError, .medianAbsoluteError, .r2, .explainedVariance,
        ]
        metrics += (1...6).map { .topK($0) }
        metrics += [0.0, 0.1, 0.5, 0.9, 1.0].map { .pinball($0) }
        let averagings: [Averaging] = [.binary, .micro, .macro, .weighted] + (0..<5).map { .ofClass($0) }
        for averaging in averagings {
            metrics += [.precision(averaging), .recall(averaging), .f1(averaging)]
            if averaging != .macro && averaging != .binary {
                metrics += [.rocAUC(averaging), .averagePrecision(averaging)]
            }
        }
        var named = Dictionary(metrics.map { ($0.name, $0) }) { first, _ in first }
        for bins in [5, 10, 15, 29, 38] {
            named["expected calibration error, \(bins) bins"] = .expectedCalibrationError(bins: bins)
        }
        return named
    }()

    @Test func allCasesAreRead() {
        #expect(Self.file.classification.count == 32)
        #expect(Self.file.regression.count == 18)
        #expect(Self.file.temperatures.count == 11)
    }

    @Test(arguments: file.classification + file.regression) func asScikitLearn(_ golden: Case) throws {
        let expected = try #require(golden.metrics)
        for (name, value) in expected {
            let metric = try #require(Self.metrics[name], "\(name)")
            guard let value else {
                #expect(throws: PerceptronError.self, "\(name)") {
                    try metric(golden.outputMatrix, golden.allTargets, weights: golden.weights)
                }
                continue
            }
            let found = try metric(golden.outputMatrix, golden.allTargets, weights: golden.weights)
            #expect(abs(found - value) <= 1e-12 * max(1, abs(value)), "\(name): \(found), not \(value)")
        }
    }

    /// One-hot rows, or a column of 0 and 1, say the same as the numbers of the classes.
    @Test(arguments: file.classification) func oneHot(_ golden: Case) throws {
        let classes = try #require(golden.classes)
        var targets = Matrix<Double>(rows: golden.rows, columns: golden.columns)
        for (row, number) in classes.enumerated() {
            if golden.columns == 1 { targets[row, 0] = Double(number) } else { targets[row, number] = 1 }
        }
        for metric in [Metric.accuracy, .f1(.macro), .averagePrecision(.micro)] {
            let found = try metric(golden.outputMatrix, targets, weights: golden.weights)
            #expect(try found == metric(golden.outputMatrix, classes, weights: golden.weights))
        }
    }

    @Test(arguments: file.classification) func confusion(_ golden: Case) throws {
        let matrix = try ConfusionMatrix(golden.outputMatrix, golden.allTargets, weights: golden.weights)
        #expect(firstDifference(matrix.counts.elements, try #require(golden.confusion), relative: 1e-12) == nil)
        let report = try ClassificationReport(golden.outputMatrix, golden.allTargets, weights: golden.weights)
        let expected = try #require(golden.metrics)
        for line in report.classes {
            for (name, value) in [("precision", line.precision), ("recall", line.recall), ("F1", line.f1)] {
                let other = try #require(expected["\(name) (class \(line.name))"] ?? nil)
                #expect(abs(value - other) < 1e-12, "\(name)")
            }
            let number = try #require(Int(line.name))
            let support = (0..<matrix.counts.columns).reduce(0) { $0 + matrix[target: number, predicted: $1] }
            #expect(abs(line.support - support) < 1e-12 * max(1, support))
        }
        for (averaging, line) in [("macro", report.macro), ("weighted", report.weighted)] {
            for (name, value) in [("precision", line.precision), ("recall", line.recall), ("F1", line.f1)] {
                let other = try #require(expected["\(name) (\(averaging))"] ?? nil)
                #expect(abs(value - other) < 1e-12, "\(name) (\(averaging))")
            }
        }
        #expect(abs(report.accuracy - (try #require(expected["accuracy"] ?? nil))) < 1e-12)
    }

    @Test(arguments: file.temperatures) func temperature(_ golden: Case) throws {
        let scaling = try TemperatureScaling(fitting: golden.outputMatrix, golden.allTargets, weights: golden.weights)
        let expected = try #require(golden.temperature)
        #expect(
            abs(scaling.temperature - expected) <= 1e-12 * expected,
            "\(scaling.temperature), not \(expected): off by \((scaling.temperature - expected) / expected)")
        let scaled = try scaling.apply(to: golden.outputMatrix)
        #expect(firstDifference(scaled.elements, try #require(golden.scaled), relative: 1e-10) == nil)
        let kept = try JSONDecoder().decode(TemperatureScaling.self, from: JSONEncoder().encode(scaling))
        #expect(kept == scaling)
    }

    /// Float outputs are the same numbers.
    @Test func float() throws {
        for golden in Self.file.classification where golden.name == "four classes, weights" {
            let outputs = Matrix<Float>(golden.outputMatrix)
            let classes = try #require(golden.classes)
            for metric in [Metric.accuracy, .logLoss, .rocAUC, .brierScore] {
                let double = try metric(Matrix<Double>(outputs), classes, weights: golden.weights)
                #expect(try metric(outputs, classes, weights: golden.weights) == double)
            }
        }
    }
}
