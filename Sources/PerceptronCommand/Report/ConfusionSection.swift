import Perceptron

/// Which classes are mistaken for which.
struct ConfusionSection: ReportSection {
    let title = "Confusion matrix"
    let rows: PredictedRows
    let matrix: ConfusionMatrix
    let report: ClassificationReport

    /// With more classes, only the list of mistakes is shown.
    private static let mostClasses = 40
    private static let mostMistakes = 10

    init(_ rows: PredictedRows) throws(PerceptronError) {
        self.rows = rows
        matrix = try ConfusionMatrix(
            rows.outputs, rows.targets, weights: rows.weights, labelNames: rows.labelNames)
        report = try ClassificationReport(
            rows.outputs, rows.targets, weights: rows.weights, labelNames: rows.labelNames)
    }

    var body: Markup {
        let isShown = matrix.labelNames.count <= ConfusionSection.mostClasses
        let tables: Markup = "<div class=\"pair\">\n\(mistakeTable)\(classTable.markup)</div>\n"
        return (isShown ? matrixTable : "") + tables
    }

    private var matrixTable: Markup {
        let names = matrix.labelNames
        // Long names of narrow columns are set vertically.
        let upright: Markup = names.contains { $0.count > 4 } && names.count > 4 ? " class=\"upright\"" : ""
        func heading(_ name: String) -> Markup { "<span title=\"\(name)\">\(name)</span>" }
        let head = names.map { name -> Markup in "<th scope=\"col\"\(upright)>\(heading(name))</th>" }
        let body = names.enumerated().map { target, name -> Markup in
            let total = names.indices.reduce(0) { $0 + matrix[target: target, predicted: $1] }
            let cells = names.indices.map { predicted -> Markup in
                let count = matrix[target: target, predicted: predicted]
                let share = total > 0 ? count / total : 0
                let kind = count == 0 && target != predicted ? "none" : target == predicted ? "right" : "wrong"
                return "<td class=\"\(kind)\" style=\"--share:\(share.fixed(3))\">\(weight(count))</td>"
            }
            return "<tr><th scope=\"row\">\(heading(name))</th>\(cells)</tr>\n"
        }
        return """
            <div class="scroll" tabindex="0">
            <table class="confusion\(names.count > 16 ? " many" : "")">
            <caption><span>Rows are what is true, columns what is predicted. The deeper the colour, the more of the row.</span></caption>
            <thead><tr><th scope="col">true \\ predicted</th>\(head)</tr></thead>
            <tbody>
            \(body)</tbody>
            </table>
            </div>

            """
    }

    private var mistakeTable: Markup {
        let names = matrix.labelNames
        var mistakes: [(target: Int, predicted: Int, count: Double)] = []
        for target in names.indices {
            for predicted in names.indices where predicted != target && matrix[target: target, predicted: predicted] > 0
            {
                mistakes.append((target, predicted, matrix[target: target, predicted: predicted]))
            }
        }
        guard !mistakes.isEmpty else { return "<p>All rows are predicted correctly.</p>\n" }
        mistakes.sort { ($1.count, $0.target, $0.predicted) < ($0.count, $1.target, $1.predicted) }
        let most = ConfusionSection.mostMistakes
        return MarkupTable(
            caption: mistakes.count > most ? "The \(most) most frequent mistakes of \(mistakes.count)" : "Mistakes",
            headings: [.text("True"), .text("Predicted"), .number("Rows")],
            rows: mistakes.prefix(most).map { mistake in
                [Markup(names[mistake.target]), Markup(names[mistake.predicted]), weight(mistake.count)]
            }
        ).markup
    }

    private var classTable: MarkupTable {
        MarkupTable(
            caption:
                "By class: precision (correct among those predicted), recall (correct among those true) and F1 (both)",
            headings: [.text("Class"), .number("Precision"), .number("Recall"), .number("F1"), .number("Rows")],
            rows: report.classes.map { line in
                [Markup(line.name)] + [line.precision, line.recall, line.f1].map { Markup($0, digits: 3) }
                    + [weight(line.support)]
            })
    }

    /// Rows, or the sum of their weights.
    private func weight(_ count: Double) -> Markup {
        count == count.rounded() ? Markup(count.fixed(0)) : Markup(count.readable(3))
    }
}
