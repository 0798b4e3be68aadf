/// A table that is printed row by row: names to the left, numbers to the right.
struct Table {
    struct Column {
        let title: String
        let width: Int
        var isName = false
    }

    let columns: [Column]

    var header: String { row(columns.map(\.title)) }

    func row(_ cells: [String]) -> String {
        precondition(cells.count == columns.count, "a cell for every column")
        let padded = zip(cells, columns).map { cell, column in
            let space = String(repeating: " ", count: max(0, column.width - cell.count))
            return column.isName ? cell + space : space + cell
        }
        return padded.joined(separator: " ")
    }
}
