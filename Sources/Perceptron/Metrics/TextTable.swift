/// Lines of cells in columns: the first column aligned to the left, the others to the right.
struct TextTable: CustomStringConvertible {
    private var lines: [[String]] = []

    mutating func append(_ cells: [String]) { lines.append(cells) }

    var description: String {
        let columns = lines.map(\.count).max() ?? 0
        let widths = (0..<columns).map { column in lines.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0 }
        return lines.map { cells in
            var text = ""
            for (column, cell) in cells.enumerated() {
                let gap = String(repeating: " ", count: widths[column] - cell.count)
                text += column == 0 ? cell + gap : "  " + gap + cell
            }
            return String(text.reversed().drop { $0 == " " }.reversed())
        }.joined(separator: "\n")
    }
}
