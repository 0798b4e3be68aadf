import Perceptron

/// The table as read: the target and the input columns.
struct DataSection: ReportSection {
    let title = "Data as read"
    let data: Dataset<Float>

    /// Further columns are folded.
    private static let mostColumns = 20
    private static let mostCategories = 5

    var body: Markup { targetTable + columnTables }

    private var targetTable: Markup {
        let name = data.targetNames.joined(separator: ", ")
        switch data.targets {
        case .classes(let classes):
            var counts = [Int](repeating: 0, count: data.classCount)
            for number in classes { counts[number] += 1 }
            let most = Double(max(counts.max() ?? 1, 1))
            return MarkupTable(
                caption: "Target: \(name), one of \(counted(data.classCount, "class", "classes"))",
                kind: "bars",
                headings: [.text("Class"), .number("Rows"), .number("Share"), .text("")],
                rows: zip(data.labelNames, counts).map { label, count in
                    [
                        Markup(label), "\(count)", "\(percent(Double(count) / Double(data.rows)))",
                        bar(Double(count) / most),
                    ]
                }
            ).markup
        case .matrix(let matrix):
            return MarkupTable(
                caption: "Target: \(name), a number", headings: DataSection.headings.dropLast(),
                rows: data.targetNames.indices.map { numberRow(data.targetNames[$0], matrix.column($0)) }
            ).markup
        case nil: return ""
        }
    }

    private static let headings: [MarkupTable.Heading] = [
        .text("Column"), .text("Kind"), .number("Missing"), .number("Least"), .number("Mean"), .number("Greatest"),
        .text("Categories"),
    ]

    private var columnTables: Markup {
        let inputs = data.inputs
        let rows = data.columns.enumerated().map { index, column in
            switch column.kind {
            case .numeric: numberRow(column.name, inputs.column(index))
            case .categorical(let categories): categoryRow(column.name, categories, inputs.column(index))
            }
        }
        func table(_ caption: Markup, _ rows: some Sequence<[Markup]>) -> Markup {
            let hasCategories = data.columns.contains { $0.kind != .numeric }
            return MarkupTable(
                caption: caption,
                headings: hasCategories ? DataSection.headings : DataSection.headings.dropLast(),
                rows: Array(rows)
            ).markup
        }
        let weighted: Markup = data.weights == nil ? "" : "; rows are weighted"
        let caption: Markup = "Inputs: \(counted(data.columns.count, "column"))\(weighted)"
        guard rows.count > DataSection.mostColumns else { return table(caption, rows) }
        return """
            \(table("\(caption); the first \(DataSection.mostColumns)", rows.prefix(DataSection.mostColumns)))<details>
            <summary>The other \(rows.count - DataSection.mostColumns)</summary>
            \(table("The other columns", rows.dropFirst(DataSection.mostColumns)))</details>

            """
    }

    private func numberRow(_ name: String, _ values: [Double]) -> [Markup] {
        let there = values.filter { !$0.isNaN }
        let mean = there.reduce(0, +) / Double(there.count)
        let numbers = [there.min(), there.isEmpty ? nil : mean, there.max()].map { value -> Markup in
            value.map { Markup($0) } ?? "–"
        }
        return [Markup(name), "numbers", missing(values.count - there.count)] + numbers + [""]
    }

    private func categoryRow(_ name: String, _ categories: [String], _ values: [Double]) -> [Markup] {
        var counts = [Int](repeating: 0, count: categories.count)
        for value in values where !value.isNaN { counts[Int(value)] += 1 }
        let order = counts.indices.sorted { (counts[$1], $0) < (counts[$0], $1) }
        let shown = order.prefix(DataSection.mostCategories).map { "\(categories[$0]) (\(counts[$0]))" }
        let rest = categories.count - shown.count
        let list = shown.joined(separator: ", ") + (rest > 0 ? " and \(rest) more" : "")
        return [Markup(name), "categories", missing(values.count(where: \.isNaN)), "", "", "", Markup(list)]
    }

    private func missing(_ count: Int) -> Markup { count == 0 ? "<span class=\"faint\">0</span>" : "\(count)" }
}

/// A fraction in percent.
func percent(_ part: Double, _ decimals: Int = 1) -> String { "\((100 * part).fixed(decimals)) %" }

/// A bar; `length` is from 0 to 1.
func bar(_ length: Double) -> Markup { "<span class=\"bar\" style=\"width:\((100 * length).fixed(1))%\"></span>" }
