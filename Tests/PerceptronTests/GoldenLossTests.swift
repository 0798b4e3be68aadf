import Foundation
import Testing

@testable import Perceptron

/// Every loss against PyTorch in float64 (`Golden/make_losses_golden.py`): values and whole gradients, with weights of rows and
/// classes, label smoothing, and logits of ±10⁴.
@Suite struct GoldenLossTests {
    struct File: Decodable {
        let rows: Int
        let cases: [Case]
    }

    struct Case: Decodable, Sendable, CustomTestStringConvertible {
        let name: String
        let loss: String
        let options: [Option]
        /// The last layer of the model, with which the loss is computed.
        let end: String?
        let smoothing: Double
        let columns: Int
        let outputs: [Double]
        let targetColumns: Int
        let targets: [Double]
        /// The targets as classes, where they can be.
        let labels: [Int]?
        let rowWeights: [Double]?
        let classWeights: [Double]?
        let value: Double
        let gradient: [Double]

        var testDescription: String { name }

        enum Option: Decodable, Sendable {
            case number(Double)
            case outputs(ClassOutputs)

            init(from decoder: any Decoder) throws {
                let container = try decoder.singleValueContainer()
                if let number = try? container.decode(Double.self) {
                    self = .number(number)
                } else {
                    self = .outputs(
                        try container.decode(String.self) == "probabilities" ? .probabilities : .logProbabilities)
                }
            }
        }

        var numbers: [Double] { options.compactMap { if case .number(let number) = $0 { number } else { nil } } }

        /// The loss as a user writes it.
        var written: any Loss {
            var form = ClassOutputs.automatic
            if case .outputs(let outputs)? = options.first { form = outputs }
            return switch loss {
            case "MeanSquaredError": MeanSquaredError()
            case "MeanAbsoluteError": MeanAbsoluteError()
            case "Huber": Huber(delta: numbers[0])
            case "SmoothL1": SmoothL1(beta: numbers[0])
            case "LogCosh": LogCosh()
            case "PoissonNLL": PoissonNLL()
            case "Quantile": Quantile(numbers)
            case "GaussianNLL": GaussianNLL()
            case "CosineSimilarity": CosineSimilarity()
            case "CrossEntropy": CrossEntropy(form, labelSmoothing: smoothing)
            case "KLDivergence": KLDivergence(form, labelSmoothing: smoothing)
            case "BinaryCrossEntropy": BinaryCrossEntropy(form, labelSmoothing: smoothing)
            case "FocalLoss": FocalLoss(form, gamma: numbers[0], labelSmoothing: smoothing)
            default: Hinge(labelSmoothing: smoothing)
            }
        }

        /// The loss as it is computed.
        var computed: any Loss {
            switch end {
            case "Softmax": written.fused(with: Softmax()) ?? written
            case "Sigmoid": written.fused(with: Sigmoid()) ?? written
            default: written
            }
        }
    }

    static let file: File = {
        let url = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden/losses.json")
        return (try? JSONDecoder().decode(File.self, from: Data(contentsOf: url))) ?? File(rows: 0, cases: [])
    }()

    @Test func allCasesAreRead() {
        #expect(Self.file.cases.count == 198)
        #expect(Set(Self.file.cases.map(\.loss)).count == 14)
    }

    private struct Found<Scalar: BLASScalar> {
        let value: Double
        let gradient: [Scalar]
    }

    /// The weighted mean and its gradient, as a batch of all rows has them.
    private func evaluate<Scalar: BLASScalar>(_ golden: Case, labels: [Int]?, _: Scalar.Type) -> Found<Scalar> {
        if let labels {
            return evaluate(golden, TargetView<Scalar>(classes: labels.span, columns: golden.targetColumns))
        }
        let values = golden.targets.map { Scalar($0) }
        return evaluate(
            golden,
            TargetView(values: MatrixView(rows: Self.file.rows, columns: golden.targetColumns, elements: values.span)))
    }

    private func evaluate<Scalar: BLASScalar>(_ golden: Case, _ targets: TargetView<Scalar>) -> Found<Scalar> {
        let (rows, loss) = (Self.file.rows, golden.computed)
        let outputs = golden.outputs.map { Scalar($0) }
        var gradient = [Scalar](repeating: .nan, count: outputs.count)
        let view = MatrixView(rows: rows, columns: golden.columns, elements: outputs.span)
        var gradientView = MutableMatrixView(rows: rows, columns: golden.columns, elements: gradient.mutableSpan)
        if golden.rowWeights == nil, golden.classWeights == nil {
            let scale = loss.scale(rows: rows, columns: golden.columns)
            let sum = loss.evaluate(outputs: view, targets: targets, scale: scale, gradient: &gradientView)
            return Found(value: sum * scale, gradient: gradient)
        }
        let weights = golden.rowWeights ?? [Double](repeating: 1, count: rows)
        let classWeights = golden.classWeights ?? []
        var count = 0.0
        for row in 0..<rows {
            count +=
                weights[row]
                * (classWeights.isEmpty ? 1 : loss.weight(ofTargets: targets, row: row, classWeights: classWeights))
        }
        let scale = loss.scale(weight: count, columns: golden.columns)
        let sum = loss.evaluate(
            outputs: view, targets: targets, weights: LossWeights(rows: weights.span, classes: classWeights.span),
            scale: scale, gradient: &gradientView)
        return Found(value: sum * scale, gradient: gradient)
    }

    @Test(arguments: file.cases) func inDouble(_ golden: Case) {
        let found = evaluate(golden, labels: nil, Double.self)
        #expect(abs(found.value - golden.value) <= 1e-10 * abs(golden.value), "\(found.value), not \(golden.value)")
        #expect(firstDifference(found.gradient, golden.gradient, relative: 1e-10, floor: 1e-4) == nil)
    }

    @Test(arguments: file.cases) func inFloat(_ golden: Case) {
        let found = evaluate(golden, labels: nil, Float.self)
        #expect(abs(found.value - golden.value) <= 1e-4 * abs(golden.value), "\(found.value), not \(golden.value)")
        #expect(firstDifference(found.gradient.map { Double($0) }, golden.gradient, relative: 1e-4, floor: 1e-2) == nil)
    }

    private func labelsAreOneHot<Scalar: BLASScalar>(_ golden: Case, _ type: Scalar.Type) {
        let (labels, oneHot) = (evaluate(golden, labels: golden.labels, type), evaluate(golden, labels: nil, type))
        #expect(labels.value == oneHot.value)
        #expect(sameBits(labels.gradient, oneHot.gradient))
    }

    /// Classes give the bits of their one-hot rows.
    @Test(arguments: file.cases.filter { $0.labels != nil }) func labelsGiveTheSameBits(_ golden: Case) {
        labelsAreOneHot(golden, Double.self)
        labelsAreOneHot(golden, Float.self)
    }
}
