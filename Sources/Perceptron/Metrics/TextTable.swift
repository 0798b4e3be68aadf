/// Lines of cells in columns: texts aligned to the left, numbers to the right.
struct TextTable: CustomStringConvertible {
    /// The columns aligned to the left.
    private let textColumns: Set<Int>
    private var lines: [[String]] = []

    init(textColumns: Set<Int> = [0]) { self.textColumns = textColumns }

    mutating func append(_ cells: [String]) { lines.append(cells) }

    var description: String {
        let columns = lines.map(\.count).max() ?? 0
        let widths = (0..<columns).map { column in lines.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0 }
        return lines.map { cells in
            var text = ""
            for (column, cell) in cells.enumerated() {
                let gap = String(repeating: " ", count: widths[column] - cell.count)
                text += (column == 0 ? "" : "  ") + (textColumns.contains(column) ? cell + gap : gap + cell)
            }
            return String(text.reversed().drop { $0 == " " }.reversed())
        }.joined(separator: "\n")
    }
}
