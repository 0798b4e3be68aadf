// Trains a network on 8×8 images of handwritten digits, and shows how it classifies unseen ones.
import Foundation
import Perceptron

// A line of the file: 64 pixels from 0 to 16, then the digit.
let file = Bundle.module.url(forResource: "digits", withExtension: "csv")!
var examples = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
    .map { line in line.split(separator: ",").map { Double($0)! } }
var generator = RandomGenerator(seed: 1)
examples.shuffle(using: &generator)

let images = Matrix(examples.map { $0.dropLast().map { $0 / 16 } })
let digits = examples.map { Int($0[64]) }
let held = examples.count / 5  // the fifth that the network does not see

var model = try MLP<Double>([Linear(64, 128), ReLU(), Linear(128, 10), Softmax()], seed: 1)
try model.train(
    inputs: images.rows(held..<examples.count), targets: Array(digits[held...]), loss: CrossEntropy(),
    optimizer: Adam(), epochs: 20)
let probabilities = try model.predict(images.rows(0..<held))
let answers = (0..<held).map { row in (0..<10).max { probabilities[row, $0] < probabilities[row, $1] }! }

var confusion = Matrix<Double>(rows: 10, columns: 10)
for (digit, answer) in zip(digits, answers) { confusion[digit, answer] += 1 }
func right(_ value: some CustomStringConvertible, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - value.description.count)) + value.description
}
func percent(_ part: Double, of whole: Double) -> String { String(format: "%.1f%%", 100 * part / max(whole, 1)) }

print("digit  precision  recall  count     read as" + (0..<10).map { right($0, 4) }.joined())
for digit in 0..<10 {
    let row = (0..<10).map { confusion[digit, $0] }
    let hits = row[digit]
    let precision = percent(hits, of: (0..<10).map { confusion[$0, digit] }.reduce(0, +))
    let count = row.reduce(0, +)
    print(
        right(digit, 5) + right(precision, 11) + right(percent(hits, of: count), 8) + right(Int(count), 7)
            + right("", 12) + row.map { right($0 == 0 ? "." : "\(Int($0))", 4) }.joined())
}
let hits = (0..<10).map { confusion[$0, $0] }.reduce(0, +)
print("\n\(Int(hits)) of \(held) right: \(percent(hits, of: Double(held)))\n")

// The first three, and two that are misclassified.
let shown = Array(0..<3) + (0..<held).filter { answers[$0] != digits[$0] }.prefix(2)
for line in 0..<8 {
    let shades = shown.map { image in
        (0..<8).map { String(repeating: Array(" .:-=+*#%@")[Int(images[image, line * 8 + $0] * 9)], count: 2) }.joined()
    }
    print(shades.joined(separator: "   "))
}
let captions = shown.map { "\(digits[$0]) read as \(answers[$0]), \(Int(100 * probabilities[$0, answers[$0]]))%" }
print(captions.map { $0.padding(toLength: 19, withPad: " ", startingAt: 0) }.joined())
