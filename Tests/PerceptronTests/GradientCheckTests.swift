import Testing

@testable import Perceptron

/// Gradients against central differences in Double: step 1e-6, |a − n| ≤ 1e-5 + 1e-3·|n|.
///
/// A new layer or loss is a line in a table here.
@Suite struct GradientCheckTests {
    struct Architecture: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let layers: [any Layer]
        /// Whether the outputs are positive, as CrossEntropy needs them.
        let givesProbabilities: Bool

        init(_ description: String, _ layers: [any Layer], givesProbabilities: Bool = false) {
            testDescription = description
            self.layers = layers
            self.givesProbabilities = givesProbabilities
        }
    }

    static let architectures = [
        Architecture("Linear", [Linear(4, 3)]),
        Architecture("Linear without bias", [Linear(4, 3, bias: false)]),
        Architecture("1-1", [Linear(1, 1)]),
        Architecture("ReLU in the middle", [Linear(4, 6), ReLU(), Linear(6, 3)]),
        Architecture("ReLU at the end", [Linear(4, 6), Sigmoid(), Linear(6, 3), ReLU()]),
        Architecture("ReLU first", [ReLU(), Linear(4, 3)]),
        Architecture("Sigmoid in the middle", [Linear(4, 6), Sigmoid(), Linear(6, 3)]),
        Architecture("Tanh in the middle", [Linear(4, 6), Tanh(), Linear(6, 3)]),
        Architecture("Tanh at the end", [Linear(4, 6), ReLU(), Linear(6, 3), Tanh()]),
        Architecture("Tanh first", [Tanh(), Linear(4, 3)]),
        Architecture("Sigmoid at the end", [Linear(4, 6), ReLU(), Linear(6, 3), Sigmoid()], givesProbabilities: true),
        Architecture("Sigmoid first", [Sigmoid(), Linear(4, 3)]),
        Architecture("Softmax in the middle", [Linear(4, 6), Softmax(), Linear(6, 3)]),
        Architecture("Softmax at the end", [Linear(4, 6), ReLU(), Linear(6, 3), Softmax()], givesProbabilities: true),
        Architecture("Softmax first", [Softmax(), Linear(4, 3)]),
        Architecture("Softmax behind Linear alone", [Linear(4, 3), Softmax()], givesProbabilities: true),
        Architecture(
            "Softmax behind ReLU", [Linear(4, 5, bias: false), Sigmoid(), Linear(5, 3), ReLU(), Softmax()],
            givesProbabilities: true),
        Architecture("Softmax twice", [Linear(4, 3), Softmax(), Softmax()], givesProbabilities: true),
        Architecture("activations in a row", [Linear(4, 5), Sigmoid(), ReLU(), Softmax(), Linear(5, 3)]),
        Architecture("Sigmoid behind Softmax", [Linear(4, 3), Softmax(), Sigmoid()], givesProbabilities: true),
        Architecture(
            "deep", [Linear(4, 7), ReLU(), Linear(7, 6, bias: false), Sigmoid(), Linear(6, 5), ReLU(), Linear(5, 3)]),
        Architecture("wide", [Linear(4, 300), ReLU(), Linear(300, 3), Softmax()], givesProbabilities: true),
        Architecture("LeakyReLU in the middle", [Linear(4, 6), LeakyReLU(negativeSlope: 0.2), Linear(6, 3)]),
        Architecture("LeakyReLU at the end", [Linear(4, 6), Sigmoid(), Linear(6, 3), LeakyReLU()]),
        Architecture("ELU in the middle", [Linear(4, 6), ELU(), Linear(6, 3), ELU(alpha: 0.6)]),
        Architecture("ELU first", [ELU(alpha: 1.7), Linear(4, 3)]),
        Architecture("Softplus in the middle", [Linear(4, 6), Softplus(), Linear(6, 3)]),
        Architecture("Softplus at the end", [Linear(4, 6), Softplus(), Linear(6, 3), Softplus(), Softmax()]),
        Architecture("SiLU in the middle", [Linear(4, 6), SiLU(), Linear(6, 3)]),
        Architecture("SiLU first and last", [SiLU(), Linear(4, 3), SiLU()]),
        Architecture("GELU in the middle", [Linear(4, 6), GELU(), Linear(6, 3)]),
        Architecture("GELU first and last", [GELU(), Linear(4, 3), GELU(approximation: .tanh)]),
        Architecture("GELU behind Sigmoid", [Linear(4, 6), Sigmoid(), GELU(approximation: .tanh), Linear(6, 3)]),
        Architecture("SiLU before Sigmoid", [Linear(4, 3), SiLU(), Sigmoid()], givesProbabilities: true),
        Architecture("LayerNorm first and last", [LayerNorm(4), Linear(4, 3), LayerNorm(3, epsilon: 0.1)]),
        Architecture("LayerNorm behind ReLU", [Linear(4, 20), ReLU(), LayerNorm(20), ReLU(), Linear(20, 3)]),
        Architecture(
            "LayerNorm without weights",
            [Linear(4, 20), LayerNorm(20, affine: false), SiLU(), Linear(20, 3), Softmax()],
            givesProbabilities: true),
        Architecture("Affine alone", [Affine(3)]),
        Architecture(
            "Affine in the middle", [Linear(4, 6, bias: false), Affine(6), ReLU(), Affine(6), Linear(6, 3), Softmax()],
            givesProbabilities: true),
        Architecture(
            "Dropout first and last", [Dropout(0.4), Linear(4, 20), Dropout(0.3), Linear(20, 3), Dropout(0.2)]),
        Architecture(
            "Dropout between activations",
            [
                Linear(4, 70), Sigmoid(), AlphaDropout(0.4), GELU(), GaussianNoise(0.3), Tanh(), Dropout(0),
                Linear(70, 3), Softmax(),
            ],
            givesProbabilities: true),
        Architecture("Linear in a row", [Linear(4, 5), Linear(5, 2), Linear(2, 3)]),
    ]

    enum LossKind: String, CaseIterable, Sendable {
        case meanSquaredError, crossEntropy

        var loss: any Loss { self == .meanSquaredError ? MeanSquaredError() : CrossEntropy() }
    }

    enum TargetKind: String, CaseIterable, Sendable {
        case oneHot, soft, weighted, classes
    }

    struct Check: Sendable, CustomTestStringConvertible {
        let architecture: Architecture
        let loss: LossKind
        let targets: TargetKind

        var testDescription: String { "\(architecture.testDescription), \(loss), \(targets)" }

        /// A model, inputs and targets drawn from a seed, of which half the numbers are exact in Float.
        func draw(rows: Int = 5) throws -> (model: MLP<Double>, inputs: Matrix<Double>, targets: TestTargets<Double>) {
            let model = try MLP<Double>(architecture.layers, seed: 11)
            var generator = RandomGenerator(seed: 5)
            let inputs = Matrix<Double>(generator.matrix(rows, model.inputFeatures, of: Float.self))
            let columns = model.outputFeatures
            let classes = generator.classes(rows, below: columns)
            switch targets {
            case .classes: return (model, inputs, .classes(classes))
            case .oneHot:
                var matrix = Matrix<Double>(rows: rows, columns: columns)
                for row in 0..<rows { matrix[row, classes[row]] = 1 }
                return (model, inputs, .matrix(matrix))
            case .soft: return (model, inputs, .matrix(generator.distributions(rows, columns, of: Double.self)))
            case .weighted:
                // Rows that don't sum to 1.
                let elements = (0..<rows * columns).map { _ in 2 * generator.nextUniform() }
                return (model, inputs, .matrix(Matrix(rows: rows, columns: columns, elements: elements)))
            }
        }
    }

    static let checks: [Check] = architectures.flatMap { architecture in
        LossKind.allCases.flatMap { loss in
            TargetKind.allCases.compactMap { targets in
                loss == .crossEntropy && !architecture.givesProbabilities
                    ? nil : Check(architecture: architecture, loss: loss, targets: targets)
            }
        }
    }

    private func loss(
        _ trainer: inout Trainer<Double>, _ inputs: Matrix<Double>, _ targets: TestTargets<Double>
    ) throws -> Double {
        _ = try trainer.forward(inputs)
        return try trainer.backward(targets)
    }

    @Test(arguments: checks) func centralDifferences(_ check: Check) throws {
        let (model, inputs, targets) = try check.draw()
        var trainer = try Trainer(model: model, loss: check.loss.loss, optimizer: Adam(), threads: 1)
        _ = try trainer.forward(inputs)
        _ = try trainer.backward(targets, computesInputGradient: true)
        let gradient = trainer.gradients
        let inputGradient = try #require(trainer.inputGradient)
        #expect(inputGradient.rows == inputs.rows && inputGradient.columns == inputs.columns)

        let step = 1e-6
        func agrees(_ analytic: Double, _ up: Double, _ down: Double) -> Bool {
            let numeric = (up - down) / (2 * step)
            return abs(analytic - numeric) <= 1e-5 + 1e-3 * abs(numeric)
        }
        // Of a wide model every seventh will do.
        for index in stride(from: 0, to: gradient.count, by: gradient.count > 500 ? 7 : 1) {
            func moved(_ by: Double) throws -> Double {
                var moved = model
                moved.parameters[index] += by
                var trainer = try Trainer(model: moved, loss: check.loss.loss, optimizer: Adam(), threads: 1)
                return try loss(&trainer, inputs, targets)
            }
            let (up, down) = (try moved(step), try moved(-step))
            #expect(agrees(gradient[index], up, down), "parameter \(index): \(gradient[index])")
        }
        for index in inputs.elements.indices {
            func moved(_ by: Double) throws -> Double {
                var moved = inputs
                moved.elements[index] += by
                return try loss(&trainer, moved, targets)
            }
            let (up, down) = (try moved(step), try moved(-step))
            #expect(
                agrees(inputGradient.elements[index], up, down), "input \(index): \(inputGradient.elements[index])")
        }
    }

    /// Float's gradients are Double's of the same model, within 2⁻²⁴ for each of a few hundred roundings.
    @Test(arguments: checks) func floatAgainstDouble(_ check: Check) throws {
        let (model, inputs, targets) = try check.draw(rows: 33)
        var floats = try MLP<Float>(check.architecture.layers, seed: 11)
        var doubles = model
        floats.parameters = model.parameters.map { Float($0) }
        doubles.parameters = floats.parameters.map { Double($0) }
        var doubleTrainer = try Trainer(model: doubles, loss: check.loss.loss, optimizer: Adam())
        var floatTrainer = try Trainer(model: floats, loss: check.loss.loss, optimizer: Adam())
        let doubleOutput = try doubleTrainer.forward(inputs)
        let floatOutput = try floatTrainer.forward(Matrix<Float>(inputs))
        let doubleLoss = try doubleTrainer.backward(targets, computesInputGradient: true)
        let floatTargets: TestTargets<Float> =
            switch targets {
            case .matrix(let matrix): .matrix(Matrix<Float>(matrix))
            case .classes(let classes): .classes(classes)
            }
        let floatLoss = try floatTrainer.backward(floatTargets, computesInputGradient: true)
        #expect(abs(floatLoss - doubleLoss) <= 1e-5 * max(1, abs(doubleLoss)))
        func close(_ a: [Float], _ b: [Double], _ name: Comment) {
            #expect(firstDifference(a.map { Double($0) }, b, relative: 2e-5, floor: 1) == nil, name)
        }
        close(floatOutput.elements, doubleOutput.elements, "outputs")
        close(floatTrainer.gradients, doubleTrainer.gradients, "gradients")
        close(
            try #require(floatTrainer.inputGradient).elements, try #require(doubleTrainer.inputGradient).elements,
            "input gradient")
    }
}
