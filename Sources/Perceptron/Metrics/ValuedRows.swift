/// Rows with the values each has and what a model gave for them, checked: what metrics of regression are computed from.
struct ValuedRows: WeightedRows {
    /// Rows × values.
    let outputs: Matrix<Double>
    let targets: Matrix<Double>
    /// For how many rows each counts.
    let weights: [Double]
    /// A row with a weight above 0.
    private let counting: Int

    init(_ outputs: Matrix<Double>, _ targets: Targets<Double>, _ weights: [Double]?) throws(PerceptronError) {
        self.weights = try checkedMetricWeights(outputs, targets, weights)
        guard case .matrix(let matrix) = targets else {
            throw .invalidArgument("a regression metric takes a matrix of targets; these are classes")
        }
        try check(matrix, "targets", columns: outputs.columns, of: "the outputs have")
        self.outputs = outputs
        self.targets = matrix
        counting = self.weights.firstIndex { $0 > 0 } ?? 0
    }

    /// The mean over the columns, all alike.
    func meanOverColumns(_ score: (_ column: Int) -> Double) -> Double {
        (0..<outputs.columns).map(score).compensatedSum() / Double(outputs.columns)
    }

    /// The mean squared distance of values from their mean.
    func variance(_ value: (_ row: Int) -> Double) -> Double {
        // Measured from one of them, so that equal values have exactly themselves for a mean.
        let first = value(counting)
        let mean = first + mean { value($0) - first }
        return self.mean { (value($0) - mean) * (value($0) - mean) }
    }

    func error(_ row: Int, _ column: Int) -> Double { targets[row, column] - outputs[row, column] }
}
