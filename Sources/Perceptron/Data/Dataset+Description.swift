extension Dataset: CustomStringConvertible {
    /// A table of the data: each input column with its kind, number of missing values, and range or categories; then
    /// the targets, with the number of rows in each class.
    public var description: String {
        let inputs = inputs
        var table = TextTable(textColumns: [0, 1, 3])
        table.append(["column", "kind", "missing", "values"])
        for (index, column) in columns.enumerated() {
            let values = inputs.column(index)
            let missing = values.count(where: \.isNaN)
            switch column.kind {
            case .numeric:
                let known = values.filter { !$0.isNaN }
                table.append([
                    column.name, column.dates == nil ? "numeric" : "date", "\(missing)",
                    column.dates?.value == .days ? Self.dateRange(known) : Self.range(known),
                ])
            case .categorical(let categories):
                table.append([column.name, "categorical", "\(missing)", Self.list(categories)])
            }
        }
        switch targets {
        case .matrix(let matrix):
            for (index, name) in targetNames.enumerated() {
                table.append(["→ \(name)", "values", "0", Self.range(matrix.column(index))])
            }
        case .classes(let classes):
            var counts = [Int](repeating: 0, count: classCount)
            for index in classes { counts[index] += 1 }
            let shown = zip(labelNames, counts).map { "\($0) (\($1))" }
            table.append(["→ \(targetNames[0])", counted(classCount, "class", "classes"), "0", Self.list(shown)])
        case nil: break
        }
        let weighted = weights == nil ? "" : ", weighted"
        let grouped = groups.map { ", in \(counted(Set($0).count, "group"))" } ?? ""
        return "\(counted(rows, "row")), \(counted(columns.count, "column"))\(weighted)\(grouped)\n\(table)"
    }

    private static func range(_ values: [Double]) -> String {
        guard let least = values.min(), let greatest = values.max() else { return "none" }
        return least == greatest ? "\(Scalar(least))" : "\(Scalar(least)) to \(Scalar(greatest))"
    }

    /// The range of days since 1970-01-01.
    private static func dateRange(_ days: [Double]) -> String {
        func text(_ day: Double) -> String? {
            Int(exactly: day.rounded(.down)).flatMap(CalendarTime.text(dayNumber:))
        }
        guard let least = days.min().flatMap(text), let greatest = days.max().flatMap(text) else { return range(days) }
        return least == greatest ? least : "\(least) to \(greatest)"
    }

    /// The first few of the names.
    private static func list(_ names: [String]) -> String {
        let shown = 5
        let list = names.prefix(shown).joined(separator: ", ")
        return names.count > shown ? "\(list) and \(names.count - shown) more" : list
    }
}
