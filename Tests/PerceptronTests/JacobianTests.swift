import TestSupport
import Testing

@testable import Perceptron

@Suite struct JacobianTests {
    struct Setting: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let layers: [any Layer]
        let rows: Int
    }

    static let settings = [
        Setting(testDescription: "curve", layers: [Linear(1, 7), Tanh(), Linear(7, 1)], rows: 20),
        Setting(
            testDescription: "several outputs",
            layers: [Linear(5, 9), Sigmoid(), Linear(9, 4, bias: false), PReLU(perColumn: true), Softmax()], rows: 9),
        Setting(
            testDescription: "layers that are something else in training",
            layers: [
                BatchNorm(4), Dropout(0.5), Linear(4, 8), RMSNorm(8), GaussianNoise(0.3), Tanh(), BatchNorm(8),
                AlphaDropout(0.4), Linear(8, 3), LayerNorm(3), Softplus(),
            ], rows: 9),
        Setting(testDescription: "one layer without parameters behind it", layers: [Linear(3, 2)], rows: 5),
        Setting(
            testDescription: "for tables",
            layers: [PeriodicEmbedding(2, frequencies: 3, features: 4), SiLU(), EnsembleLinear(8, 3, members: 2)],
            rows: 6),
        Setting(
            testDescription: "layers made of layers",
            layers: [
                Residual([BatchNorm(5), Linear(5, 4), Dropout(0.3), Tanh()], projection: Linear(5, 4)), SiLU(),
                Columns([0..<2: [Linear(2, 3)], 2..<4: []]), Residual([Residual([Tanh()])]),
            ], rows: 9),
        Setting(
            testDescription: "cut along columns",
            layers: [Linear(130, 270), Tanh(), Linear(270, 330), Sigmoid(), Linear(330, 2)], rows: 300),
        Setting(testDescription: "blocks of rows", layers: [Linear(3, 10), Tanh(), Linear(10, 2)], rows: 1100),
    ]

    private func model<Scalar: BLASScalar>(_ setting: Setting, _ type: Scalar.Type) throws -> MLP<Scalar> {
        var model = try MLP<Scalar>(setting.layers, seed: 3)
        var generator = RandomGenerator(seed: 4)
        model.parameters = model.parameters.map { $0 + Scalar(0.1 * (generator.nextUniform() - 0.5)) }
        model.state = model.state.map { $0 + Scalar(generator.nextUniform()) }
        return model
    }

    /// Each derivative against the difference quotient of `predict`.
    @Test(arguments: settings) func derivativesAreSlopes(_ setting: Setting) throws {
        let model = try model(setting, Double.self)
        var generator = RandomGenerator(seed: 5)
        let inputs = generator.matrix(setting.rows, model.inputFeatures, of: Double.self)
        let byInput = try model.inputJacobian(inputs)
        let byParameter = try model.parameterJacobian(inputs)
        #expect(byInput.variables == model.inputFeatures && byParameter.variables == model.parameters.count)
        #expect(byInput.outputs == model.outputFeatures && byInput.rows == setting.rows)
        let step = 1e-6

        func compare(
            _ jacobian: Jacobian<Double>, variable: Int, _ outputs: (Double) throws -> Matrix<Double>
        ) throws {
            let (above, below) = (try outputs(step), try outputs(-step))
            var worst = 0.0
            for row in 0..<setting.rows {
                for output in 0..<model.outputFeatures {
                    let slope = (above[row, output] - below[row, output]) / (2 * step)
                    let found = jacobian[row, output, variable]
                    worst = max(worst, abs(found - slope) / (1e-5 + 1e-3 * abs(slope)))
                }
            }
            #expect(worst <= 1, "variable \(variable)")
        }
        for variable in stride(from: 0, to: model.inputFeatures, by: max(1, model.inputFeatures / 7)) {
            try compare(byInput, variable: variable) { step in
                var moved = inputs
                for row in 0..<setting.rows { moved[row, variable] += step }
                return try model.predict(moved)
            }
        }
        for variable in stride(from: 0, to: model.parameters.count, by: max(1, model.parameters.count / 60)) {
            try compare(byParameter, variable: variable) { step in
                var moved = model
                moved.parameters[variable] += step
                return try moved.predict(inputs)
            }
        }
    }

    @Test(arguments: settings) func bitsDoNotDependOnThreads(_ setting: Setting) throws {
        func check<Scalar: BLASScalar>(_ type: Scalar.Type) throws {
            let model = try model(setting, type)
            var generator = RandomGenerator(seed: 6)
            let inputs = generator.matrix(setting.rows, model.inputFeatures, of: type)
            let byInput = try model.inputJacobian(inputs, threads: 1)
            let rows = inputs.rows(0..<min(setting.rows, max(20, 100_000 / model.parameters.count)))
            let byParameter = try model.parameterJacobian(rows, threads: 1)
            for threads in [2, 3, 5, 8] {
                #expect(try model.inputJacobian(inputs, threads: threads) == byInput)
                #expect(try model.parameterJacobian(rows, threads: threads) == byParameter)
            }
        }
        try check(Double.self)
        try check(Float.self)
    }

    @Test func layout() throws {
        let model = try MLP<Double>([Linear(3, 2)], seed: 1)
        let x = Matrix<Double>([[1, 2, 3], [4, 5, 6]])
        let byInput = try model.inputJacobian(x)
        #expect(byInput[1, 0, 2] == model.parameters[4])
        #expect(byInput[row: 0] == byInput[row: 1])
        #expect(byInput[row: 0].elements == [0, 2, 4, 1, 3, 5].map { model.parameters[$0] })
        let byParameter = try model.parameterJacobian(x)
        #expect(byParameter.matrix.rows == 4 && byParameter.matrix.columns == 8)
        #expect(byParameter[row: 1].elements == [4, 0, 5, 0, 6, 0, 1, 0, 0, 4, 0, 5, 0, 6, 0, 1])
    }

    @Test func frozenParametersHaveDerivativesToo() throws {
        var model = try MLP<Double>([Linear(2, 4), Tanh(), Linear(4, 2)], seed: 1)
        let x = Matrix<Double>([[1, 2], [0.5, -1]])
        let (byInput, byParameter) = (try model.inputJacobian(x), try model.parameterJacobian(x))
        try model.freeze(layers: [0, 2])
        #expect(try model.inputJacobian(x) == byInput)
        #expect(try model.parameterJacobian(x) == byParameter)
    }

    @Test func noRowsGiveNone() throws {
        let model = try MLP<Float>([Linear(2, 3)], seed: 1)
        #expect(try model.inputJacobian(Matrix(rows: 0, columns: 2)).matrix.rows == 0)
        #expect(try model.parameterJacobian(Matrix(rows: 0, columns: 2)).matrix.columns == 9)
    }

    /// Its output depends on all rows together.
    private struct Centred: Layer {
        func outputFeatures(forInputFeatures features: Int) -> Int { features }
        func forward<Scalar>(_ pass: inout ForwardPass<Scalar>) { Kernels.copy(pass.input, into: &pass.output) }
        func backward<Scalar>(_ pass: inout BackwardPass<Scalar>) {
            Kernels.copy(pass.outputGradient, into: &pass.inputGradient)
        }
    }

    @Test func whatCannotBeDerivedIsRefused() throws {
        let model = try MLP<Double>([Linear(2, 1)])
        let x = Matrix<Double>(rows: 3, columns: 2)
        for jacobian in [MLP<Double>.inputJacobian, MLP<Double>.parameterJacobian] {
            #expect(throws: PerceptronError.shapeMismatch("inputs have 3 columns; the model takes 2")) {
                try jacobian(model)(Matrix(rows: 1, columns: 3), nil)
            }
            #expect(errorMessage { _ = try jacobian(model)(Matrix([[1, .nan]]), nil) }.contains("nan in row 0"))
            #expect(throws: PerceptronError.invalidArgument("threads is 0; it must be at least 1")) {
                try jacobian(model)(x, 0)
            }
            let mixing = try MLP<Double>([Linear(2, 1), Centred()])
            let refusal = errorMessage { _ = try jacobian(mixing)(x, nil) }
            #expect(refusal.hasPrefix("layer 1 (Centred) doesn't treat rows separately"))
        }
    }

    @Test func aResultLargerThanTheMachineIsRefused() {
        let text = errorMessage { try checkMemory(scalars: [1 << 20, 1 << 20, 1 << 20], bytesEach: 8, "the Jacobian") }
        #expect(text.hasPrefix("the Jacobian has 1048576 x 1048576 x 1048576 numbers"))
        #expect(
            errorMessage { try checkMemory(scalars: [1 << 40, 1 << 40], bytesEach: 8, "it") }.contains(
                "numbers, which need"))
        #expect(errorMessage { try checkMemory(scalars: [7, 0, 3], bytesEach: 8, "it") } == "nothing was thrown")
    }
}
