import Testing

@testable import Perceptron

@Suite struct MetricTests {
    private static let three = Matrix<Double>([[0.5, 0.25, 0.25], [0.25, 0.5, 0.25]])
    private static let one = Matrix<Double>([[0.25], [0.75]])

    struct Refusal: Sendable, CustomTestStringConvertible {
        let metric: Metric
        let outputs: Matrix<Double>
        let targets: Targets<Double>
        var weights: [Double]?
        let message: String

        var testDescription: String { "\(metric.name): \(message)" }
    }

    static let refusals: [Refusal] = [
        Refusal(
            metric: .accuracy, outputs: Matrix(rows: 0, columns: 3), targets: .classes([]), message: "these are 0x3"),
        Refusal(
            metric: .accuracy, outputs: Matrix(rows: 2, columns: 0), targets: .classes([0, 0]),
            message: "these are 2x0"),
        Refusal(metric: .accuracy, outputs: three, targets: .classes([0]), message: "1 target for 2 rows"),
        Refusal(metric: .accuracy, outputs: three, targets: .classes([0, 3]), message: "label 3 in row 1"),
        Refusal(metric: .accuracy, outputs: three, targets: .classes([-1, 0]), message: "label -1 in row 0"),
        Refusal(metric: .accuracy, outputs: one, targets: .classes([0, 2]), message: "label 2 in row 1"),
        Refusal(
            metric: .accuracy, outputs: Matrix([[0.5, .nan], [0, 1]]), targets: .classes([0, 1]),
            message: "nan in row 0, column 1"),
        Refusal(
            metric: .accuracy, outputs: three, targets: .matrix(Matrix([[1, 0], [0, 1]])),
            message: "targets have 2 columns; the outputs have 3"),
        Refusal(
            metric: .accuracy, outputs: three, targets: .matrix(Matrix([[1, 0, 0], [0, 1, 1]])),
            message: "row 1 (counted from 0) are not one-hot"),
        Refusal(
            metric: .accuracy, outputs: three, targets: .matrix(Matrix([[0, 0, 0], [0, 1, 0]])),
            message: "row 0 (counted from 0) are not one-hot"),
        Refusal(
            metric: .accuracy, outputs: three, targets: .matrix(Matrix([[0.5, 1, 0], [0, 1, 0]])),
            message: "row 0 (counted from 0) are not one-hot"),
        Refusal(
            metric: .accuracy, outputs: one, targets: .matrix(Matrix([[0], [0.5]])), message: "0.5 in row 1"),
        Refusal(
            metric: .accuracy, outputs: three, targets: .classes([0, 1]), weights: [1], message: "1 weight for 2 rows"),
        Refusal(
            metric: .accuracy, outputs: three, targets: .classes([0, 1]), weights: [1, -1],
            message: "the weight of row 1 (counted from 0) is -1.0"),
        Refusal(
            metric: .accuracy, outputs: three, targets: .classes([0, 1]), weights: [.nan, 1],
            message: "the weight of row 0 (counted from 0) is nan"),
        Refusal(
            metric: .accuracy, outputs: three, targets: .classes([0, 1]), weights: [1, .infinity],
            message: "the weight of row 1 (counted from 0) is inf"),
        Refusal(
            metric: .meanSquaredError, outputs: one, targets: .matrix(one), weights: [0, 0],
            message: "all weights are 0"),
        Refusal(metric: .topK(0), outputs: three, targets: .classes([0, 1]), message: "top-0"),
        Refusal(
            metric: .f1(.binary), outputs: three, targets: .classes([0, 1]), message: "`.binary` needs two classes"),
        Refusal(
            metric: .recall(.ofClass(3)), outputs: three, targets: .classes([0, 1]), message: "there is no class 3"),
        Refusal(
            metric: .rocAUC(.ofClass(-1)), outputs: three, targets: .classes([0, 1]), message: "there is no class -1"),
        Refusal(
            metric: .rocAUC, outputs: one, targets: .classes([1, 1]), message: "rows of class 1 and rows that are not"),
        Refusal(metric: .rocAUC, outputs: three, targets: .classes([0, 1]), message: "rows of class 2"),
        Refusal(
            metric: .logLoss, outputs: Matrix([[0.5, 0.25], [0.5, 0.5]]), targets: .classes([0, 1]),
            message: "row 0 (counted from 0) sum to 0.75"),
        Refusal(
            metric: .logLoss, outputs: Matrix([[0.5, 0.5], [1.5, -0.5]]), targets: .classes([0, 1]),
            message: "1.5 in row 1, column 0"),
        Refusal(
            metric: .brierScore, outputs: Matrix([[-0.25]]), targets: .classes([0]), message: "-0.25 in row 0, column 0"
        ),
        Refusal(
            metric: .expectedCalibrationError, outputs: Matrix([[1.25]]), targets: .classes([0]),
            message: "1.25 in row 0, column 0"),
        Refusal(
            metric: .expectedCalibrationError(bins: 0), outputs: three, targets: .classes([0, 1]), message: "0 bins"),
        Refusal(metric: .meanAbsoluteError, outputs: one, targets: .classes([0, 1]), message: "these are classes"),
        Refusal(
            metric: .meanAbsoluteError, outputs: one, targets: .matrix(three),
            message: "targets have 3 columns; the outputs have 1"),
        Refusal(
            metric: .meanAbsoluteError, outputs: one, targets: .matrix(Matrix([[1], [.infinity]])),
            message: "targets have inf in row 1"),
        Refusal(metric: .r2, outputs: Matrix([[1]]), targets: .matrix(Matrix([[1]])), message: "at least two rows"),
        Refusal(metric: .pinball(1.5), outputs: one, targets: .matrix(one), message: "alpha is 1.5"),
        Refusal(metric: .pinball(.nan), outputs: one, targets: .matrix(one), message: "alpha is nan"),
    ]

    @Test(arguments: refusals) func refuses(_ refusal: Refusal) {
        let error = #expect(throws: PerceptronError.self) {
            try refusal.metric(refusal.outputs, refusal.targets, weights: refusal.weights)
        }
        #expect(error?.description.contains(refusal.message) == true, "\(error?.description ?? "no error")")
    }

    /// Every metric and which way it counts: a perfect prediction is not worse than a bad one.
    @Test(arguments: [
        Metric.accuracy, .balancedAccuracy, .topK(1), .precision(.macro), .recall(.micro), .f1(.weighted), .rocAUC,
        .averagePrecision, .logLoss, .brierScore, .expectedCalibrationError,
    ]) func largerIsBetter(_ metric: Metric) throws {
        let good = try metric(Matrix<Double>([[1, 0, 0], [0, 1, 0], [0, 0, 1]]), [0, 1, 2])
        let bad = try metric(Matrix<Double>([[0, 1, 0], [0, 0, 1], [1, 0, 0]]), [0, 1, 2])
        #expect(metric.largerIsBetter ? good > bad : good < bad)
    }

    @Test(arguments: [
        Metric.meanSquaredError, .rootMeanSquaredError, .meanAbsoluteError, .medianAbsoluteError, .r2,
        .explainedVariance, .pinball(0.5),
    ]) func largerIsBetterOfValues(_ metric: Metric) throws {
        let targets = Matrix<Double>([[1], [2], [4]])
        let good = try metric(targets, targets)
        let bad = try metric(Matrix<Double>([[4], [1], [2]]), targets)
        #expect(metric.largerIsBetter ? good > bad : good < bad)
    }

    @Test func names() {
        let metrics: [Metric] = [
            .accuracy, .balancedAccuracy, .topK(3), .precision(.binary), .recall(.ofClass(2)), .f1(.macro), .rocAUC,
            .rocAUC(.weighted), .averagePrecision, .logLoss, .brierScore, .expectedCalibrationError, .pinball(0.9),
        ]
        #expect(
            metrics.map(\.name) == [
                "accuracy", "balanced accuracy", "top-3 accuracy", "precision", "recall (class 2)", "F1 (macro)",
                "ROC-AUC", "ROC-AUC (weighted)", "average precision", "log loss", "Brier score",
                "expected calibration error", "pinball loss (0.9)",
            ])
    }

    /// What plain sums would lose: a million tenths among numbers that cancel.
    @Test func sumsAreCompensated() throws {
        let tenths = [Double](repeating: 0.1, count: 1_000_000)
        #expect(tenths.compensatedSum() == 100_000)
        #expect([1e100, 1, -1e100].compensatedSum() == 1)
        #expect([1, 1e100, 1, -1e100].compensatedSum() == 2)
        #expect([Double]().compensatedSum() == 0)
        #expect([1, .infinity, 2].compensatedSum() == .infinity)
        #expect([.infinity, -.infinity].compensatedSum().isNaN)
    }

    @Test func manyRows() throws {
        let rows = 100_000
        var outputs = Matrix<Double>(rows: rows, columns: 1)
        for row in 0..<rows { outputs[row, 0] = row == 0 ? 1e8 : 0.1 }
        let mean = try Metric.meanAbsoluteError(outputs, Matrix<Double>(rows: rows, columns: 1))
        #expect(mean == (1e8 + 9999.9) / Double(rows))
    }

    /// The mean of equal targets is the target itself, whatever the weights' rounding.
    @Test func equalTargets() throws {
        var generator = RandomGenerator(seed: 8)
        for _ in 0..<100 {
            var targets = Matrix(rows: 5, columns: 1, repeating: generator.nextUniform())
            // A row that does not count.
            targets[0, 0] = 3
            let weights = [0] + (0..<4).map { _ in generator.nextUniform() }
            let outputs = generator.matrix(5, 1, of: Double.self)
            #expect(try Metric.r2(outputs, targets, weights: weights) == 0)
            #expect(try Metric.explainedVariance(outputs, targets, weights: weights) == 0)
            var shifted = targets
            shifted[0, 0] = 7
            #expect(try Metric.r2(shifted, targets, weights: weights) == 1)
        }
    }

    @Test func confusionInWords() throws {
        let outputs = Matrix<Double>([[0.75, 0.25, 0], [0.25, 0.5, 0.25], [0, 1, 0], [0.5, 0.5, 0]])
        let matrix = try ConfusionMatrix(outputs, [0, 1, 2, 1], labelNames: ["cat", "dog", "guinea pig"])
        #expect(
            matrix.description == """
                target \\ predicted  cat  dog  guinea pig
                cat                   1    0           0
                dog                   1    1           0
                guinea pig            0    1           0
                """)
        #expect(matrix[target: 1, predicted: 0] == 1)
        let weighted = try ConfusionMatrix(outputs, [0, 1, 2, 1], weights: [0.5, 1, 10, 2])
        #expect(
            weighted.description == """
                target \\ predicted     0      1     2
                0                   0.50   0.00  0.00
                1                   2.00   1.00  0.00
                2                   0.00  10.00  0.00
                """)
        #expect(throws: PerceptronError.shapeMismatch("2 label names for 3 classes")) {
            try ConfusionMatrix(outputs, [0, 1, 2, 1], labelNames: ["cat", "dog"])
        }
    }

    @Test func reportInWords() throws {
        let outputs = Matrix<Double>([[0.75, 0.25, 0, 0], [0.25, 0.5, 0.25, 0], [0, 1, 0, 0], [0.5, 0.5, 0, 0]])
        let report = try ClassificationReport(outputs, [0, 1, 2, 1], labelNames: ["cat", "dog", "guinea pig", "none"])
        #expect(
            report.description == """
                                  precision  recall     F1  support
                cat                   0.500   1.000  0.667        1
                dog                   0.500   0.500  0.500        2
                guinea pig            0.000   0.000  0.000        1
                accuracy                             0.500        4
                macro average         0.333   0.500  0.389        4
                weighted average      0.375   0.500  0.417        4
                """)
    }
}
