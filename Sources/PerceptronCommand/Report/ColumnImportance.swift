import Perceptron

/// How much worse a metric becomes when a column is permuted, for one model or averaged over the models of folds.
struct ColumnImportance {
    let metric: Metric
    /// The number of rows it was measured on.
    let rows: Int
    let means: [Double]
    /// Standard deviations over the permutations.
    let deviations: [Double]

    /// The most rows to measure on, drawn at random: each column needs several predictions of all of them.
    static let mostRows = 2000

    /// The metric that notices the smallest change.
    static func metric(hasClasses: Bool) -> Metric { hasClasses ? .logLoss : .rootMeanSquaredError }

    /// The columns in descending importance; ties in their original order.
    var order: [Int] { means.indices.sorted { (means[$1], $0) < (means[$0], $1) } }

    /// The importance of columns to a model, measured on at most `mostRows` rows.
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

    /// The mean over the folds' models, each measured on the rows it was not trained on.
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
