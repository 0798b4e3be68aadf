import Foundation
import Perceptron

// A spectrum: a Gaussian and a Lorentzian line on a sloping background, measured with noise at 162 points from 0 to 10.
// The detector was blind from 5 to 6.
func spectrum(_ x: Double) -> Double {
    0.3 + 0.04 * x + exp(-pow((x - 2.5) / 0.5, 2)) + 0.6 / (1 + pow((x - 7.2) / 0.4, 2))
}
func inputs(_ places: [Double]) -> Matrix<Double> {
    Matrix(rows: places.count, columns: 1, elements: places.map { $0 / 5 - 1 })
}
let noise = 0.04
var generator = RandomGenerator(seed: 3)
let places = (0..<180).map { 10 * Double($0) / 179 }.filter { !(5...6).contains($0) }
let values = places.map { spectrum($0) + noise * generator.nextNormalPair().0 }

var model = try MLP<Double>([Linear(1, 12), Tanh(), Linear(12, 1)], seed: 1)
let fit = try model.fit(
    inputs: inputs(places), targets: Matrix(rows: values.count, columns: 1, elements: values), loss: MeanSquaredError(),
    method: LevenbergMarquardt(regularization: .bayesian), progress: .silent)
let evidence = fit.evidence!
print("\(fit.iterations) iterations, ended by \(fit.ending), mean squared error \(String(format: "%.5f", fit.loss))")
print(String(format: "%.1f of %d parameters are determined", evidence.effectiveParameters, model.parameters.count))
print(String(format: "noise %.4f, with which the values were made %.4f", pow(evidence.noisePrecision, -0.5), noise))

let line = (0...400).map { Double($0) / 40 }
let prediction = try model.predict(inputs(line)).elements
let errors = try fit.predictionStandardErrors(inputs(line)).elements
let inside = line.indices.count { abs(prediction[$0] - spectrum(line[$0])) <= 2 * errors[$0] }
print("the true curve is within two standard errors at \(inside) of \(line.count) places")
for x in [2.5, 5.5, 7.2] {
    let index = Int(x * 40)
    print(String(format: "at %.1f: %.3f ± %.3f, true %.3f", x, prediction[index], errors[index], spectrum(x)))
}

// The plot: the band of two standard errors, the fit, the true curve (dashed) and the measurements.
func point(_ x: Double, _ y: Double) -> String { String(format: "%.1f,%.1f", 50 + 65 * x, 330 - 200 * y) }
func path(_ ys: [Double]) -> String { zip(line, ys).map { point($0, $1) }.joined(separator: " ") }
func text(_ label: String, _ x: Double, _ y: Double, _ anchor: String) -> String {
    let place = point(x, y).split(separator: ",")
    return "<text x='\(place[0])' y='\(place[1])' text-anchor='\(anchor)'>\(label)</text>"
}
let band =
    path(zip(prediction, errors).map { $0 + 2 * $1 }) + " "
    + zip(line, zip(prediction, errors).map { $0 - 2 * $1 }).reversed().map { point($0, $1) }.joined(separator: " ")
let dots = zip(places, values).map { "<circle r='2' transform='translate(\(point($0, $1)))'/>" }.joined()
let ticks =
    (0...10).map { text("\($0)", Double($0), -0.09, "middle") }
    + [0, 0.5, 1, 1.5].map { text("\($0)", -0.1, $0, "end") }
let svg = """
    <svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 720 360' font-family='sans-serif' font-size='12'>
    <rect width='720' height='360' fill='white'/><polyline points='\(point(0, 1.6)) \(point(0, 0)) \(point(10, 0))' fill='none' stroke='#888'/>
    <polygon points='\(band)' fill='#9ecae1'/><g fill='#555'>\(dots)\(ticks.joined())</g>
    <g fill='none' stroke-width='2'><polyline points='\(path(line.map(spectrum)))' stroke='#d62728' stroke-dasharray='5 4' stroke-width='1.3'/>
    <polyline points='\(path(prediction))' stroke='#08519c'/></g></svg>\n
    """
// Not atomically: that would replace a device such as /dev/null with a file.
try svg.write(toFile: CommandLine.arguments.dropFirst().first ?? "curve.svg", atomically: false, encoding: .utf8)
