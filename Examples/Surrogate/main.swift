// A surrogate of an expensive simulation: a network learns a function of 6 variables from 2,000 samples, and also
// gives its derivatives, which optimizers and sensitivity analyses need.
import Foundation
import Perceptron

/// The flow of water through a borehole between two aquifers, in m³ per year, for variables scaled to −1…1 (Harper and
/// Gupta 1983; the two least important variables are fixed).
func flow(_ x: [Double]) -> Double {
    func value(_ index: Int, _ from: Double, _ to: Double) -> Double { from + (to - from) * (x[index] + 1) / 2 }
    let (radius, influence) = (value(0, 0.05, 0.15), 25_050.0)
    let (upperHead, lowerHead) = (value(1, 990, 1110), value(2, 700, 820))
    let (length, conductivity) = (value(3, 1120, 1680), value(4, 9855, 12045))
    let (upper, lower) = (value(5, 63_070, 115_600), 89.55)
    let logarithm = log(influence / radius)
    let resistance = 1 + 2 * length * upper / (logarithm * radius * radius * conductivity) + upper / lower
    return 2 * .pi * upper * (upperHead - lowerHead) / (logarithm * resistance)
}

func samples(_ count: Int, seed: UInt64) -> (inputs: Matrix<Double>, flows: [Double]) {
    var generator = RandomGenerator(seed: seed)
    let rows = (0..<count).map { _ in (0..<6).map { _ in 2 * generator.nextUniform() - 1 } }
    return (Matrix(rows), rows.map(flow))
}
let training = samples(2000, seed: 1)
let test = samples(500, seed: 2)

// The network learns flows standardized to mean 0 and variance 1.
let targets = Matrix(rows: 2000, columns: 1, elements: training.flows)
let scaler = try StandardScaler(fittedTo: targets)
var model = try MLP<Double>([Linear(6, 20), Tanh(), Linear(20, 1)], seed: 1)
let fit = try model.fit(
    inputs: training.inputs, targets: scaler.transform(targets), loss: MeanSquaredError(),
    method: LevenbergMarquardt(maximumIterations: 100), progress: .silent)
print("\(fit.iterations) iterations")

let predicted = try scaler.inverse(model.predict(test.inputs))
let truth = Matrix(rows: 500, columns: 1, elements: test.flows)
let r2 = try Metric.r2(predicted, truth)
print(String(format: "R² of 500 other points: %.6f", r2))

// Compares the network's derivatives with difference quotients of the function itself.
let jacobian = try model.inputJacobian(test.inputs)
let step = 1e-5
var (squaredErrors, squaredSlopes) = (0.0, 0.0)
for row in 0..<500 {
    for variable in 0..<6 {
        func flowMoved(by step: Double) -> Double {
            flow((0..<6).map { test.inputs[row, $0] + ($0 == variable ? step : 0) })
        }
        let slope = (flowMoved(by: step) - flowMoved(by: -step)) / (2 * step)
        squaredErrors += pow(jacobian[row, 0, variable] * scaler.scales[0] - slope, 2)
        squaredSlopes += slope * slope
    }
}
let error = (squaredErrors / squaredSlopes).squareRoot()
print(String(format: "root mean square error of its derivatives: %.2f %% of theirs", 100 * error))
precondition(r2 > 0.999 && error < 0.05)
