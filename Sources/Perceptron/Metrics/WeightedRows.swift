/// Rows that count for more or less in a mean.
protocol WeightedRows {
    /// For how many rows each counts; one at least for more than none.
    var weights: [Double] { get }
}

extension WeightedRows {
    /// Σ weight · value / Σ weight.
    func mean(_ value: (_ row: Int) -> Double) -> Double {
        var (sum, total) = (CompensatedSum(), CompensatedSum())
        for row in weights.indices {
            sum += weights[row] * value(row)
            total += weights[row]
        }
        return sum.value / total.value
    }
}

/// Weights of rows, 1 for each if there are none given; throws unless outputs, targets and weights belong together.
func checkedMetricWeights(
    _ outputs: Matrix<Double>, _ targets: Targets<Double>, _ weights: [Double]?
) throws(PerceptronError) -> [Double] {
    guard outputs.rows > 0, outputs.columns > 0 else {
        throw .shapeMismatch("a metric needs outputs; these are \(outputs.rows)x\(outputs.columns)")
    }
    guard targets.rows == outputs.rows else {
        throw .shapeMismatch("\(counted(targets.rows, "target")) for \(counted(outputs.rows, "row")) of outputs")
    }
    try check(outputs, "outputs", columns: outputs.columns, of: "a metric takes")
    guard let weights else { return [Double](repeating: 1, count: outputs.rows) }
    guard weights.count == outputs.rows else {
        throw .shapeMismatch("\(counted(weights.count, "weight")) for \(counted(outputs.rows, "row")) of outputs")
    }
    if let row = weights.firstIndex(where: { !($0 >= 0 && $0.isFinite) }) {
        throw .invalidValue(
            "the weight of row \(row) (counted from 0) is \(weights[row]); weights must be finite and not negative")
    }
    guard weights.contains(where: { $0 > 0 }) else {
        throw .invalidValue("all weights are 0; at least one must be positive")
    }
    return weights
}
