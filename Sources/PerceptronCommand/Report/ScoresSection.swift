import Perceptron

/// How good the predictions are, beside what the same answer for every row would score.
struct ScoresSection: ReportSection {
    struct Score {
        let metric: Metric
        let value: Double
        /// Of each fold; empty without folds.
        var folds: [Double] = []
        var deviation: Double?
    }

    let title = "How good it is"
    let scores: [Score]
    let rows: PredictedRows
    /// What can be said of the numbers.
    let remark: Markup

    /// Of more folds, only mean and deviation.
    private static let mostFolds = 10

    var body: Markup {
        let tiles = scores.prefix(3).map { score -> Markup in
            "<li>\(score.metric.name)<strong>\(Markup(score.value))</strong>\(deviation(score))</li>\n"
        }
        let folds = scores.first.map { $0.folds.count <= ScoresSection.mostFolds ? $0.folds.count : 0 } ?? 0
        var headings: [MarkupTable.Heading] = [.text("Metric"), .number("Value")]
        if scores.contains(where: { $0.deviation != nil }) { headings.append(.number("±")) }
        headings += [.number("Same answer"), .text("Better is")]
        headings += (0..<folds).map { .number("Fold \($0 + 1)") }
        let table = MarkupTable(
            caption: """
                Beside the model: what the same answer for every row would score, \
                \(rows.labelNames.isEmpty ? "the mean of the target" : "the share of each class").
                """,
            headings: headings,
            rows: scores.map { score in
                var cells = [Markup(score.metric.name), Markup(score.value)]
                if let deviation = score.deviation { cells.append(Markup(deviation, digits: 2)) }
                cells += [constant(score.metric), score.metric.largerIsBetter ? "more" : "less"]
                return cells + score.folds.prefix(folds).map { Markup($0) }
            })
        return """
            <ul class="tiles">
            \(tiles)</ul>
            <p>\(remark)</p>
            \(table.markup)
            """
    }

    private func deviation(_ score: Score) -> Markup {
        score.deviation.map { "<span class=\"faint\">± \(Markup($0, digits: 2))</span>" } ?? ""
    }

    private func constant(_ metric: Metric) -> Markup {
        // What R² is measured from: all but rounding would be nothing.
        if metric.name == Metric.r2.name { return Markup(0) }
        let value = try? metric(rows.constantOutputs, rows.targets, weights: rows.weights)
        return value.map { Markup($0) } ?? "–"
    }
}

extension PredictedRows {
    /// The same for every row: the share of each class, or the mean of the targets; by weight.
    fileprivate var constantOutputs: Matrix<Float> {
        let weights = weights ?? [Double](repeating: 1, count: count)
        let total = weights.reduce(0, +)
        var answer = [Double](repeating: 0, count: outputs.columns)
        for (row, weight) in weights.enumerated() {
            switch targets {
            case .classes(let classes): answer[classes[row]] += weight / total
            case .matrix(let matrix): answer[0] += weight * Double(matrix[row, 0]) / total
            }
        }
        let row = answer.map { Float($0) }
        return Matrix(rows: count, columns: row.count, elements: (0..<count).flatMap { _ in row })
    }
}
