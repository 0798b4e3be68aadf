import Foundation
import Perceptron

/// The rows whose predictions are most wrong, where to find them, and what is in them.
struct WorstRowsSection: ReportSection {
    let title = "Worst rows"
    let rows: PredictedRows
    /// The columns to show, the most important first.
    let columns: [Int]
    /// The line in which a row of the file begins; empty if the file can't be read again.
    let lines: [Int: Int]

    static let mostRows = 10
    private static let mostColumns = 6

    var body: Markup {
        let worst = rows.worst(WorstRowsSection.mostRows)
        let shown = columns.prefix(WorstRowsSection.mostColumns)
        let inputs = rows.data.rows(worst.map(\.row)).inputs
        let hasClasses = !rows.labelNames.isEmpty
        let rest = columns.count - shown.count
        let selection: Markup = rest > 0 ? ", and the \(shown.count) columns that matter most" : ""
        return MarkupTable(
            caption: """
                \(hasClasses ? "Where the true class was thought the least likely" : "Where the value is off the most")\
                \(selection)
                """,
            kind: "worst plain",
            headings: [.number(lines.isEmpty ? "Row" : "Line")]
                + (hasClasses
                    ? [.text("True"), .text("Predicted"), .number("Probability of true"), .number("Of predicted")]
                    : [.number("True"), .number("Predicted"), .number("Off by")])
                + shown.map { column in
                    let isNumber = rows.data.columns[column].kind == .numeric
                    return MarkupTable.Heading(name: Markup(rows.data.columns[column].name), isNumber: isNumber)
                },
            rows: worst.enumerated().map { index, ranked in
                let place = rows.place(ranked.row)
                return ["\(lines[place] ?? place + 1)"] + answer(ranked) + shown.map { value(inputs[index, $0], $0) }
            }
        ).markup
    }

    /// What is true and what is predicted.
    private func answer(_ ranked: PredictedRows.Ranked) -> [Markup] {
        let row = ranked.row
        switch rows.targets {
        case .classes(let classes):
            let predicted = rows.predictedClass(row)
            return [
                Markup(rows.labelNames[classes[row]]), Markup(rows.labelNames[predicted]),
                Markup(Double(rows.outputs[row, classes[row]]), digits: 3),
                Markup(Double(rows.outputs[row, predicted]), digits: 3),
            ]
        case .matrix(let matrix):
            return [
                Markup(Double.grouped(matrix[row, 0].shortest)), Markup(Double(rows.outputs[row, 0])),
                Markup(ranked.loss),
            ]
        }
    }

    private func value(_ value: Float, _ column: Int) -> Markup {
        if value.isNaN { return "<span class=\"faint\">missing</span>" }
        switch rows.data.columns[column].kind {
        case .numeric: return Markup(value.shortest)
        case .categorical(let categories): return Markup(categories[Int(value)])
        }
    }
}
