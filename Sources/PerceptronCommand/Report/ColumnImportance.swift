import Perceptron

/// By how much a metric becomes worse when a column is permuted: of one model, or on average of the models of folds.
struct ColumnImportance {
    let metric: Metric
    /// How many rows it was measured on.
    let rows: Int
    let means: [Double]
    /// Over the permutations.
    let deviations: [Double]

    /// Of more rows, so many are drawn: each column needs as many predictions again and again.
    static let mostRows = 2000

    /// The metric that notices the smallest change.
    static func metric(hasClasses: Bool) -> Metric { hasClasses ? .logLoss : .rootMeanSquaredError }

    /// The columns from the most important to the least, the earlier of equal ones first.
    var order: [Int] { means.indices.sorted { (means[$1], $0) < (means[$0], $1) } }

    /// The importance for a model on some of the rows, at most `mostRows`.
    static func measure(
        _ model: TabularModel<Float>, on rows: Dataset<Float>, seed: UInt64, threads: Int?
    ) throws(PerceptronError) -> ColumnImportance {
        let some = rows.rows > mostRows ? rows.shuffled(seed: seed).rows(0..<mostRows) : rows
        let metric = metric(hasClasses: rows.classCount > 0)
        guard let pipeline = model.pipeline else { throw .invalidState("the model is not fitted yet; call fit first") }
        let importance = try pipeline.permutationImportance(on: some, metric: metric, seed: seed, threads: threads)
        return ColumnImportance(
            metric: metric, rows: some.rows, means: importance.means, deviations: importance.standardDeviations)
    }

    /// The mean of the folds' models, each on the rows that it was not trained on.
    init(folds: [ColumnImportance]) {
        let count = Double(folds.count)
        metric = folds[0].metric
        rows = folds.reduce(0) { $0 + $1.rows }
        means = folds[0].means.indices.map { column in folds.reduce(0) { $0 + $1.means[column] } / count }
        deviations = folds[0].means.indices.map { column in
            (folds.reduce(0) { $0 + $1.deviations[column] * $1.deviations[column] } / count).squareRoot()
        }
    }

    private init(metric: Metric, rows: Int, means: [Double], deviations: [Double]) {
        self.metric = metric
        self.rows = rows
        self.means = means
        self.deviations = deviations
    }
}
