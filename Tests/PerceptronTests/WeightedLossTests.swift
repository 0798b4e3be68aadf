import Testing

@testable import Perceptron

/// Losses with weights of rows and of classes: gradients against central differences; and classes are their one-hot rows, to
/// the bit. (`LossCatalogueTests` has what must be true of every loss.)
@Suite struct WeightedLossTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let loss: any Loss
        var end: [any Layer] = []
        var outputs = 4
        var targetColumns = 4
        var takesClasses = false
        var targets = Targets.normal

        enum Targets { case normal, counts, probabilities, distributions }

        var testDescription: String { "\(loss), \(end.map { "\(type(of: $0))" })" }

        func model<Scalar: BLASScalar>(_: Scalar.Type) throws -> MLP<Scalar> {
            try MLP([Linear(3, 6), Tanh(), Linear(6, outputs)] + end, seed: 3)
        }

        func inputs<Scalar: BLASScalar>(rows: Int, _ type: Scalar.Type) -> Matrix<Scalar> {
            var generator = RandomGenerator(seed: 5)
            return generator.matrix(rows, 3, of: type)
        }

        func matrix<Scalar: BLASScalar>(rows: Int, _ type: Scalar.Type) -> Matrix<Scalar> {
            var generator = RandomGenerator(seed: 6)
            switch targets {
            case .normal: return generator.matrix(rows, targetColumns, of: type)
            case .distributions: return generator.distributions(rows, targetColumns, of: type)
            case .counts, .probabilities:
                let factor = targets == .counts ? 5.0 : 1
                return Matrix(
                    rows: rows, columns: targetColumns,
                    elements: (0..<rows * targetColumns).map { _ in Scalar(factor * generator.nextUniform()) })
            }
        }

        func classes(rows: Int) -> [Int] {
            var generator = RandomGenerator(seed: 7)
            return generator.classes(rows, below: max(2, outputs))
        }
    }

    static let cases: [Case] = [
        Case(loss: MeanSquaredError(), takesClasses: true), Case(loss: MeanAbsoluteError(), takesClasses: true),
        Case(loss: Huber(delta: 0.7), takesClasses: true), Case(loss: SmoothL1(beta: 0.4)), Case(loss: LogCosh()),
        Case(loss: Quantile([0.1, 0.9]), targetColumns: 2), Case(loss: Quantile([0.3]), outputs: 1, targetColumns: 1),
        Case(loss: PoissonNLL(), targets: .counts), Case(loss: GaussianNLL(), targetColumns: 2),
        Case(loss: CosineSimilarity()),
        Case(loss: CrossEntropy(), end: [Softmax()], takesClasses: true, targets: .distributions),
        Case(
            loss: CrossEntropy(.logits, labelSmoothing: 0.2), takesClasses: true, targets: .distributions),
        Case(loss: CrossEntropy(.probabilities), end: [Softmax()], takesClasses: true, targets: .distributions),
        Case(loss: BinaryCrossEntropy(), end: [Sigmoid()], takesClasses: true, targets: .probabilities),
        Case(
            loss: BinaryCrossEntropy(labelSmoothing: 0.1), end: [Sigmoid()], outputs: 1, targetColumns: 1,
            takesClasses: true, targets: .probabilities),
        Case(loss: BinaryCrossEntropy(.logits), targets: .probabilities),
        Case(loss: BinaryCrossEntropy(.probabilities), end: [Sigmoid()], targets: .probabilities),
        Case(loss: FocalLoss(), end: [Softmax()], takesClasses: true, targets: .distributions),
        Case(loss: FocalLoss(gamma: 0.5), end: [Sigmoid()], takesClasses: true, targets: .probabilities),
        Case(
            loss: FocalLoss(.logits, gamma: 3, labelSmoothing: 0.1), outputs: 1, targetColumns: 1, takesClasses: true,
            targets: .probabilities),
        Case(loss: FocalLoss(.probabilities), end: [Softmax()], takesClasses: true, targets: .distributions),
        Case(loss: KLDivergence(), end: [Softmax()], takesClasses: true, targets: .distributions),
        Case(loss: Hinge(margin: 2), takesClasses: true, targets: .distributions),
    ]

    private func targets(_ test: Case, rows: Int) -> [Targets<Double>] {
        [.matrix(test.matrix(rows: rows, Double.self))]
            + (test.takesClasses ? [.classes(test.classes(rows: rows))] : [])
    }

    /// One step of all rows.
    private func trained<Scalar: BLASScalar>(
        _ model: MLP<Scalar>, _ test: Case, _ inputs: Matrix<Scalar>, _ targets: Targets<Scalar>, weights: [Double]?,
        classWeights: [Double]?
    ) throws -> (loss: Double, gradients: [Scalar]) {
        var trainer = try Trainer(model: model, loss: test.loss, optimizer: Adam(), threads: 1)
        let history = try trainer.train(
            inputs: inputs, targets: targets,
            options: TrainingOptions(
                epochs: 1, batchSize: inputs.rows, sampleWeights: weights, classWeights: classWeights,
                progress: .silent))
        return (history.losses[0], trainer.gradients)
    }

    @Test(arguments: cases) func centralDifferences(_ test: Case) throws {
        let (rows, model) = (6, try test.model(Double.self))
        let inputs = test.inputs(rows: rows, Double.self)
        let weights = [1, 0.5, 0, 2, 3, 0.25]
        for targets in targets(test, rows: rows) {
            var classWeights: [Double]?
            if test.takesClasses, test.targets != .normal {
                classWeights = Array([0.5, 2, 0, 1.5].prefix(max(2, test.outputs)))
            }
            let found = try trained(model, test, inputs, targets, weights: weights, classWeights: classWeights)
            for index in model.parameters.indices {
                func loss(_ by: Double) throws -> Double {
                    var moved = model
                    moved.parameters[index] += by
                    return try trained(moved, test, inputs, targets, weights: weights, classWeights: classWeights).loss
                }
                let numeric = try (loss(1e-6) - loss(-1e-6)) / 2e-6
                #expect(
                    abs(found.gradients[index] - numeric) <= 1e-8 + 1e-6 * abs(numeric),
                    "parameter \(index): \(found.gradients[index]), not \(numeric)")
            }
        }
    }

    /// Classes are their one-hot rows, to the bit, on every way to weigh them.
    @Test(arguments: cases.filter(\.takesClasses)) func classesAreOneHot(_ test: Case) throws {
        let (rows, model) = (40, try test.model(Float.self))
        let (inputs, classes) = (test.inputs(rows: rows, Float.self), test.classes(rows: rows))
        let oneHot = Matrix<Float>(
            classes.map { label in
                test.outputs == 1 ? [Float(label)] : (0..<test.outputs).map { $0 == label ? 1 : 0 }
            })
        let someWeights = (0..<rows).map { Double($0 % 3) + 0.1 }
        for weights in [nil, someWeights] {
            for classWeights in [nil, Array([0.3, 2, 0, 1.5].prefix(max(2, test.outputs)))] {
                let a = try trained(
                    model, test, inputs, .classes(classes), weights: weights, classWeights: classWeights)
                let b = try trained(model, test, inputs, .matrix(oneHot), weights: weights, classWeights: classWeights)
                #expect(a.loss == b.loss)
                #expect(sameBits(a.gradients, b.gradients))
            }
        }
    }
}
