#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension CSV {
    /// The lines at which rows of a file begin, counted from 1 as in an editor; rows are counted from 0, after the
    /// header.
    ///
    /// Rows that the file doesn't have are left out.
    package static func lines(
        ofRows rows: some Sequence<Int>, in url: URL, header: Bool = true, separator: Character = ","
    ) throws(PerceptronError) -> [Int: Int] {
        let wanted = Set(rows)
        let format = try CSVFormat(hasHeader: header, separator: separator)
        var scanner = try CSVTable<Float>.scanner(CSVSource(url), format, names: [])
        var (row, lines) = (0, [Int: Int]())
        while lines.count < wanted.count, try scanner.startRow() {
            if wanted.contains(row) { lines[row] = scanner.rowLine }
            try scanner.skipRow()
            row += 1
        }
        return lines
    }
}
