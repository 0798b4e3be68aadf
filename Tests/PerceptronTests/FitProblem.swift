import Perceptron
import Testing

/// A function that every method of fitting must make small: a model, its rows and a loss.
struct FitProblem: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let layers: [any Layer]
    let loss: any Loss
    let inputs: Int
    let targets: Int

    static let all = [
        FitProblem(
            testDescription: "quadratic", layers: [Linear(20, 1, bias: false)], loss: MeanSquaredError(), inputs: 20,
            targets: 1),
        FitProblem(
            testDescription: "rosenbrock", layers: [Rosenbrock()], loss: MeanSquaredError(), inputs: 1, targets: 2),
        FitProblem(
            testDescription: "logistic", layers: [Linear(5, 1), Sigmoid()], loss: BinaryCrossEntropy(), inputs: 5,
            targets: 1),
        FitProblem(
            testDescription: "net", layers: [Linear(2, 8), Tanh(), Linear(8, 1)], loss: MeanSquaredError(), inputs: 2,
            targets: 1),
    ]

    func matrices(_ x: [Double], _ y: [Double]) -> (Matrix<Double>, Matrix<Double>) {
        let rows = x.count / inputs
        return (Matrix(rows: rows, columns: inputs, elements: x), Matrix(rows: rows, columns: targets, elements: y))
    }
}

/// 10·(b − a²) and 1 − a, whatever the input is: half the sum of their squares is Rosenbrock's function of a and b.
struct Rosenbrock: Layer {
    var expectedInputFeatures: Int? { 1 }
    func outputFeatures(forInputFeatures _: Int) -> Int { 2 }
    func inputFeatures(forOutputFeatures _: Int) -> Int { 1 }
    var treatsRowsApart: Bool { true }

    func parameters(forInputFeatures _: Int) -> [Parameter] {
        [Parameter(name: "point", rows: 1, columns: 2, initializer: .zeros)]
    }

    func forward<Scalar>(_ pass: inout ForwardPass<Scalar>) {
        let (a, b) = (pass.parameters[0], pass.parameters[1])
        for row in 0..<pass.input.rows {
            pass.output[row, 0] = 10 * (b - a * a)
            pass.output[row, 1] = 1 - a
        }
    }

    func backward<Scalar>(_ pass: inout BackwardPass<Scalar>) {
        for row in 0..<pass.input.rows { pass.inputGradient[row, 0] = 0 }
    }

    func parameterGradients<Scalar>(_ pass: inout ParameterPass<Scalar>) {
        let a = pass.parameters[0]
        var (first, second) = (Scalar(0), Scalar(0))
        for row in 0..<pass.input.rows {
            first += -20 * a * pass.outputGradient[row, 0] - pass.outputGradient[row, 1]
            second += 10 * pass.outputGradient[row, 0]
        }
        pass.gradients[0] = first
        pass.gradients[1] = second
    }
}
