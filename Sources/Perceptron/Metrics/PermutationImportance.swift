/// How much worse predictions become when the values of a column are shuffled among the rows.
///
/// Breiman, "Random Forests", 2001; `sklearn.inspection.permutation_importance`. Two columns with the same information
/// share their importance: either can be missed.
public struct PermutationImportance: Equatable, Sendable, Codable {
    /// The metric of the predictions from the unchanged inputs.
    public let baseline: Double
    /// For each column of the inputs and each permutation, how much worse the metric became: above 0 if the column
    /// helps, whether larger or smaller values of the metric are better.
    public let values: [[Double]]

    /// For each column the mean of its values.
    public var means: [Double] { values.map { $0.compensatedSum() / Double($0.count) } }

    /// For each column the standard deviation of its values: the root of their mean squared distance from their mean,
    /// as NumPy's and scikit-learn's.
    public var standardDeviations: [Double] {
        zip(values, means).map { values, mean in
            (values.map { ($0 - mean) * ($0 - mean) }.compensatedSum() / Double(values.count)).squareRoot()
        }
    }

    /// Permutes each column of `inputs` by itself, `repeats` times, and measures the predictions.
    ///
    /// - Parameters:
    ///   - inputs: rows × features, preferably rows that the model was not trained on.
    ///   - targets: the targets of the rows.
    ///   - weights: how many rows each row counts as in the metric.
    ///   - metric: the measure of how good predictions are.
    ///   - repeats: how many times each column is permuted, at least 1.
    ///   - seed: decides the permutations.
    ///   - threads: the most columns to permute at the same time, each with a copy of the inputs; as many as help if
    ///     nil. The bits don't depend on it.
    ///   - predict: the outputs for inputs; called from several threads at the same time.
    /// - Throws: `PerceptronError` if an argument or value is not usable, and the errors of `predict`.
    public init<Scalar>(
        of inputs: Matrix<Scalar>, targets: Targets<Scalar>, weights: [Double]? = nil, metric: Metric, repeats: Int = 5,
        seed: UInt64 = 0, threads: Int? = nil,
        predict: @Sendable (Matrix<Scalar>) throws(PerceptronError) -> Matrix<Scalar>
    ) throws(PerceptronError) {
        guard repeats > 0 else {
            throw .invalidArgument("repeats is \(repeats); it must be at least 1")
        }
        let threads = try checkedThreads(threads)
        let baseline = try metric(predict(inputs), targets, weights: weights)
        var generator = RandomGenerator(seed: seed)
        let seeds = (0..<inputs.columns).map { _ in generator.next() }
        let rooms = (0..<min(threads, max(inputs.columns, 1), WorkerPool.mostThreads)).map { _ in Room(inputs) }
        values = try WorkerPool.shared.map(inputs.columns, threads: rooms.count) {
            column, participant throws(PerceptronError) in
            var generator = RandomGenerator(seed: seeds[column])
            let room = rooms[participant]
            let original = (0..<inputs.rows).map { inputs[$0, column] }
            var order = Array(original.indices)
            var values: [Double] = []
            for _ in 0..<repeats {
                generator.shuffle(&order)
                for row in order.indices { room.inputs[row, column] = original[order[row]] }
                let permuted = try metric(predict(room.inputs), targets, weights: weights)
                values.append(metric.largerIsBetter ? baseline - permuted : permuted - baseline)
            }
            for row in original.indices { room.inputs[row, column] = original[row] }
            return values
        }
        self.baseline = baseline
    }

    /// The inputs of one participant, copied when the first column is permuted.
    private final class Room<Scalar: BLASScalar>: @unchecked Sendable {
        var inputs: Matrix<Scalar>

        init(_ inputs: Matrix<Scalar>) { self.inputs = inputs }
    }
}

extension PermutationImportance: CustomStringConvertible {
    /// A line for each column, by its index, the most important first.
    public var description: String { description(columnNames: values.indices.map { "\($0)" }) }

    /// A line for each column, the most important first; with a name for each.
    public func description(columnNames: [String]) -> String {
        precondition(
            columnNames.count == values.count,
            "\(counted(columnNames.count, "name")) for \(counted(values.count, "column"))")
        let (means, deviations) = (means, standardDeviations)
        let decimals = (means.map(abs).max() ?? 0).decimalsForFourDigits
        var table = TextTable()
        table.append(["column", "importance", "±"])
        for column in values.indices.sorted(by: { (means[$1], $0) < (means[$0], $1) }) {
            table.append([columnNames[column], means[column].fixed(decimals), deviations[column].fixed(decimals)])
        }
        return table.description
    }
}
