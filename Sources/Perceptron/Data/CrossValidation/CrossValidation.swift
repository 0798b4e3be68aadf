/// The result of a cross-validation: each row is predicted once, by a model trained on the other folds.
public struct CrossValidation<Scalar: BLASScalar>: Equatable, Sendable {
    /// One metric of every fold.
    public struct Score: Equatable, Sendable {
        /// The metric's name.
        public let name: String
        /// One for each fold.
        public let values: [Double]

        /// The mean over the folds.
        public var mean: Double { values.compensatedSum() / Double(values.count) }

        /// The sample standard deviation over the folds: √(Σ (value − mean)² / (folds − 1)).
        public var standardDeviation: Double {
            let mean = mean
            return (values.map { ($0 - mean) * ($0 - mean) }.compensatedSum() / Double(values.count - 1)).squareRoot()
        }
    }

    /// One for each metric, in the order of the request.
    public let scores: [Score]
    /// The prediction for each row by the model that was not trained on it, in the order of the data; NaN for rows in
    /// no fold.
    public let predictions: Matrix<Scalar>
    /// The fold in which each row was predicted, counted from 0; nil for the rows that `.forward` only trains on.
    public let folds: [Int?]
    /// The history of each fold's training; empty if a function of your own trained.
    public let histories: [History]

    /// The values of a metric; nil if it was not requested.
    public subscript(metric name: String) -> Score? { scores.first { $0.name == name } }
}

extension CrossValidation: CustomStringConvertible {
    /// A line for each metric: mean and standard deviation, and each fold's value if there are at most ten of them.
    public var description: String {
        var table = TextTable()
        let shown = scores.first.map { $0.values.count <= 10 ? $0.values.count : 0 } ?? 0
        table.append(["", "mean", "±"] + (0..<shown).map { "fold \($0 + 1)" })
        for score in scores {
            let decimals = score.mean.decimalsForFourDigits
            let numbers = [score.mean, score.standardDeviation] + score.values.prefix(shown)
            table.append([score.name] + numbers.map { $0.fixed(decimals) })
        }
        return table.description
    }
}
