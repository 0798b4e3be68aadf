import Perceptron

/// The scores of predictions, for people and for programs.
struct ScoreTable: CustomStringConvertible {
    let scores: [(metric: String, value: Double)]
    let coverage: IntervalCoverage?

    /// The metrics for classes, or for values.
    static func metrics(hasClasses: Bool, classes: Int) -> [Metric] {
        guard hasClasses else { return [.r2, .rootMeanSquaredError, .meanAbsoluteError] }
        return [.accuracy, .balancedAccuracy, .logLoss] + (classes == 2 ? [.rocAUC] : [])
    }

    /// - Parameter interval: the level of the intervals to measure; none if nil.
    init(
        _ model: TabularModel<Float>, _ data: Dataset<Float>, interval: Double?, threads: Int?
    ) throws(PerceptronError) {
        let metrics = ScoreTable.metrics(hasClasses: !model.labelNames.isEmpty, classes: model.labelNames.count)
        scores = try metrics.map { (metric) throws(PerceptronError) in
            (metric.name, try model.evaluate(metric, on: data, threads: threads))
        }
        coverage = try interval.map { (level) throws(PerceptronError) in
            try model.intervalCoverage(level, on: data, threads: threads)
        }
    }

    /// A line for each metric.
    var description: String {
        let width = scores.map(\.metric.count).max() ?? 0
        let lines = scores.map { score in
            "\(score.metric)\(String(repeating: " ", count: width - score.metric.count))  \(score.value.significant(5))"
        }
        return (lines + (coverage.map { [$0.summary] } ?? [])).joined(separator: "\n")
    }

    /// An object with a member for each metric.
    var json: JSONValue {
        .object(
            scores.map { JSONValue.Member($0.metric, JSONValue($0.value)) }
                + (coverage.map { [JSONValue.Member("interval", $0.json)] } ?? []))
    }
}

extension IntervalCoverage {
    /// The level if none is given.
    static let usualLevel = 0.9

    var json: JSONValue {
        JSONValue(["level": JSONValue(level), "covered": JSONValue(covered), "meanWidth": JSONValue(meanWidth)])
    }

    var summary: String {
        "\(percent(level, 0)) intervals cover \(percent(covered)) of the targets; mean width \(meanWidth.readable(4))"
    }
}
