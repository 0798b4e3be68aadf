import Foundation
import Perceptron

/// The rows with the worst predictions, where to find them, and their values.
struct WorstRowsSection: ReportSection {
    let title = "Worst rows"
    let rows: PredictedRows
    /// The columns to show, in descending importance.
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
        let selection: Markup = rest > 0 ? ", with the \(shown.count) most important columns" : ""
        return MarkupTable(
            caption: """
                \(hasClasses ? "Rows whose true class has the lowest probability" : "Rows with the largest errors")\
                \(selection)
                """,
            kind: "worst plain",
            headings: [.number(lines.isEmpty ? "Row" : "Line")]
                + (hasClasses
                    ? [.text("True"), .text("Predicted"), .number("P(true)"), .number("P(predicted)")]
                    : [.number("True"), .number("Predicted"), .number("Error")])
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

    /// The true and the predicted value.
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
