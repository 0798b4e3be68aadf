import Foundation
import Perceptron

/// Rows with what was predicted for them when they were not trained on: what a report is about.
struct PredictedRows {
    /// A row and how wrong its prediction is.
    struct Ranked {
        let row: Int
        /// −log of the probability of the row's class, or how far the value is off.
        let loss: Double
    }

    let data: Dataset<Float>
    /// Probabilities of the classes, or a column of values.
    let outputs: Matrix<Float>
    let targets: Targets<Float>
    let weights: [Double]?

    /// - Parameter data: rows with a class each, or one value each.
    init(_ data: Dataset<Float>, outputs: Matrix<Float>) throws(PerceptronError) {
        guard let targets = data.targets else { throw .invalidArgument("the data set has no targets") }
        self.data = data
        self.outputs = outputs
        self.targets = targets
        weights = data.weights
    }

    var count: Int { outputs.rows }
    var target: String { data.targetNames.joined(separator: ", ") }
    var labelNames: [String] { data.labelNames }

    /// The row's place in the file, counted from 0.
    func place(_ row: Int) -> Int { data.indices?[row] ?? row }

    /// The likeliest class, the first of equals.
    func predictedClass(_ row: Int) -> Int {
        var best = 0
        for column in 1..<outputs.columns where outputs[row, column] > outputs[row, best] { best = column }
        return best
    }

    func loss(_ row: Int) -> Double {
        switch targets {
        case .classes(let classes): -log(Double(outputs[row, classes[row]]))
        case .matrix(let matrix): abs(Double(outputs[row, 0]) - Double(matrix[row, 0]))
        }
    }

    /// The rows that are most wrong, the most wrong first; the earlier of two that are equally so.
    func worst(_ most: Int) -> [Ranked] {
        let ranked = (0..<count).map { Ranked(row: $0, loss: loss($0)) }
        return Array(ranked.sorted { ($1.loss, $0.row) < ($0.loss, $1.row) }.prefix(most))
    }
}
