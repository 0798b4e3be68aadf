import Foundation
import Perceptron

/// Rows and their predictions by a model that was not trained on them: the subject of a report.
struct PredictedRows {
    /// A row and how wrong its prediction is.
    struct Ranked {
        let row: Int
        /// −log of the probability of the row's class, or the absolute error.
        let loss: Double
    }

    /// Prediction intervals at `level`.
    struct Interval {
        let level: Double
        let lower: [Float]
        let upper: [Float]
    }

    let data: Dataset<Float>
    /// Probabilities of the classes, or a column of values.
    let outputs: Matrix<Float>
    let targets: Targets<Float>
    let weights: [Double]?
    let interval: Interval?

    /// - Parameter data: rows with one class or one value each.
    init(_ data: Dataset<Float>, outputs: Matrix<Float>, interval: Interval? = nil) throws(PerceptronError) {
        guard let targets = data.targets else { throw .invalidArgument("the data set has no targets") }
        self.data = data
        self.outputs = outputs
        self.targets = targets
        weights = data.weights
        self.interval = interval
    }

    var count: Int { outputs.rows }
    var target: String { data.targetNames.joined(separator: ", ") }
    var labelNames: [String] { data.labelNames }

    /// The row's index in the file, counted from 0.
    func place(_ row: Int) -> Int { data.indices?[row] ?? row }

    /// The most probable class; the first of equals.
    func predictedClass(_ row: Int) -> Int { outputs.likeliestClass(row, of: labelNames.count) }

    /// The coverage of the intervals, if there are any.
    var coverage: IntervalCoverage? {
        get throws(PerceptronError) {
            guard let interval, case .matrix(let truth) = targets else { return nil }
            return try IntervalCoverage(
                interval.level, lower: Matrix(rows: count, columns: 1, elements: interval.lower),
                upper: Matrix(rows: count, columns: 1, elements: interval.upper), targets: truth, weights: weights)
        }
    }

    func loss(_ row: Int) -> Double {
        switch targets {
        case .classes(let classes): -log(Double(outputs[row, classes[row]]))
        case .matrix(let matrix): abs(Double(outputs[row, 0]) - Double(matrix[row, 0]))
        }
    }

    /// The rows with the largest losses, in descending order; ties in the order of the rows.
    func worst(_ most: Int) -> [Ranked] {
        let ranked = (0..<count).map { Ranked(row: $0, loss: loss($0)) }
        return Array(ranked.sorted { ($1.loss, $0.row) < ($0.loss, $1.row) }.prefix(most))
    }
}
