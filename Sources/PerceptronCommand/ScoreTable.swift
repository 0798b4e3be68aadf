import Perceptron

/// What predictions of some rows are worth, for people and for programs.
struct ScoreTable: CustomStringConvertible {
    private(set) var scores: [(rows: String, metric: String, value: Double)] = []

    /// The metrics that serve classes, or values.
    static func metrics(hasClasses: Bool, classes: Int) -> [Metric] {
        guard hasClasses else { return [.r2, .rootMeanSquaredError, .meanAbsoluteError] }
        return [.accuracy, .balancedAccuracy, .logLoss] + (classes == 2 ? [.rocAUC] : [])
    }

    mutating func add(
        _ model: TabularModel<Float>, _ data: Dataset<Float>, named name: String, threads: Int?
    ) throws(PerceptronError) {
        for metric in ScoreTable.metrics(hasClasses: !model.labelNames.isEmpty, classes: model.labelNames.count) {
            scores.append((name, metric.name, try model.evaluate(metric, on: data, threads: threads)))
        }
    }

    var description: String {
        let width = scores.map { $0.metric.count }.max() ?? 0
        return scores.map { score in
            "\(score.rows)  \(score.metric)\(String(repeating: " ", count: width - score.metric.count))  \(score.value.significant(5))"
        }.joined(separator: "\n")
    }

    /// An object with a member for each metric.
    var json: String {
        "{" + scores.map { "\"\($0.metric)\": \($0.value.isFinite ? "\($0.value)" : "null")" }.joined(separator: ", ")
            + "}"
    }
}
