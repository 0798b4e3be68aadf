import Perceptron

/// The scores of the predictions, beside those of a constant prediction.
struct ScoresSection: ReportSection {
    struct Score {
        let metric: Metric
        let value: Double
        /// The value of each fold; empty without folds.
        var folds: [Double] = []
        var deviation: Double?
    }

    let title = "Scores"
    let scores: [Score]
    let rows: PredictedRows
    /// A remark on the numbers.
    let remark: Markup

    /// With more folds, only mean and deviation are shown.
    private static let mostFolds = 10

    var body: Markup {
        let tiles = scores.prefix(3).map { score -> Markup in
            "<li>\(score.metric.name)<strong>\(Markup(score.value))</strong>\(deviation(score))</li>\n"
        }
        let folds = scores.first.map { $0.folds.count <= ScoresSection.mostFolds ? $0.folds.count : 0 } ?? 0
        var headings: [MarkupTable.Heading] = [.text("Metric"), .number("Value")]
        if scores.contains(where: { $0.deviation != nil }) { headings.append(.number("±")) }
        headings += [.number("Baseline"), .text("Better is")]
        headings += (0..<folds).map { .number("Fold \($0 + 1)") }
        let table = MarkupTable(
            caption: """
                The baseline predicts the same for every row: \
                \(rows.labelNames.isEmpty ? "the mean of the target" : "the share of each class").
                """,
            headings: headings,
            rows: scores.map { score in
                var cells = [Markup(score.metric.name), Markup(score.value)]
                if let deviation = score.deviation { cells.append(Markup(deviation, digits: 2)) }
                cells += [constant(score.metric), score.metric.largerIsBetter ? "higher" : "lower"]
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
        // The mean has R² = 0 by definition; computed, it would differ by rounding.
        if metric.name == Metric.r2.name { return Markup(0) }
        let value = try? metric(rows.constantOutputs, rows.targets, weights: rows.weights)
        return value.map { Markup($0) } ?? "–"
    }
}

extension PredictedRows {
    /// The same outputs for every row: the share of each class, or the mean of the targets, both weighted.
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
