import Perceptron

/// How much worse the predictions become without each column.
struct ImportanceSection: ReportSection {
    let title = "Importance of the columns"
    let columns: [Column]
    let importance: ColumnImportance

    private static let mostColumns = 30

    var body: Markup {
        let order = importance.order
        let greatest = max(order.first.map { importance.means[$0] } ?? 0, 0)
        let shown = order.prefix(ImportanceSection.mostColumns)
        let rest = order.count - shown.count
        let selection: Markup = rest > 0 ? " The \(rest) least important columns are left out." : ""
        return MarkupTable(
            caption: """
                How much the \(importance.metric.name) rises on \(counted(importance.rows, "row")) when one column is shuffled. \
                Correlated columns share their importance.\(selection)
                """,
            kind: "bars", headings: [.text("Column"), .number("Rise"), .number("±"), .text("")],
            rows: shown.map { column in
                let mean = importance.means[column]
                return [
                    Markup(columns[column].name), Markup(mean, digits: 3),
                    Markup(importance.deviations[column], digits: 2), bar(greatest > 0 ? max(mean, 0) / greatest : 0),
                ]
            }
        ).markup
    }
}
