#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension Matrix {
    /// Reads the numbers of a CSV file (see ``CSV``), rows × columns; NaN where one is missing.
    ///
    /// - Parameters:
    ///   - url: The file.
    ///   - header: Whether the first line names the columns.
    ///   - separator: The field separator.
    ///   - missing: The texts that mean a missing value.
    ///   - decimalSeparator: The decimal separator of numbers.
    ///   - thousandsSeparator: The separator of groups of three digits, if any, as in `1,234.5`.
    /// - Throws: `PerceptronError.invalidFile` with the line and column of a text that is not a number, or of a fault
    ///   such as rows of different lengths; `PerceptronError.fileAccess` if the file can't be read.
    public init(
        csv url: URL, header: Bool = true, separator: Character = ",", missing: Set<String> = CSV.missing,
        decimalSeparator: Character = ".", thousandsSeparator: Character? = nil
    ) throws(PerceptronError) {
        try self.init(
            CSVSource(url),
            CSVFormat(
                hasHeader: header, separator: separator, missing: missing, decimalSeparator: decimalSeparator,
                thousandsSeparator: thousandsSeparator))
    }

    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    init(_ source: CSVSource, _ format: CSVFormat) throws(PerceptronError) {
        let table = try CSVTable<Scalar>(source, format, CSVSelection(content: .numbers))
        self.init(rows: table.rows, columns: table.inputColumns.count, elements: table.inputs)
    }

    /// Writes the matrix as a CSV file, a line for each row; a NaN becomes an empty field.
    ///
    /// Every number is the shortest decimal that reads back to the same bits. The file is written atomically.
    /// - Parameters:
    ///   - url: The file.
    ///   - header: The names of the columns, for the first line; no header if nil.
    ///   - separator: The field separator.
    /// - Throws: `PerceptronError.shapeMismatch` if there are not as many names as columns, or no columns;
    ///   `PerceptronError.invalidArgument` if two names are equal; `PerceptronError.fileAccess` if the file can't be
    ///   written.
    public func write(
        csv url: URL, header: [String]? = nil, separator: Character = ","
    ) throws(PerceptronError) {
        let format = try CSVFormat(hasHeader: header != nil, separator: separator)
        guard columns > 0 else { throw .shapeMismatch("the matrix has no columns; a CSV file has at least one") }
        if let header, header.count != columns {
            throw .shapeMismatch(
                "the header has \(counted(header.count, "name")); the matrix has \(counted(columns, "column"))")
        }
        try AtomicFile.write(to: url) { (file) throws(PerceptronError) in
            var line = CSVLine(format, columns: columns)
            if let header { try line.write(header: header, in: &file) }
            try writeRows(with: &line, in: &file)
        }
    }

    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    private func writeRows(with line: inout CSVLine, in file: inout AtomicFile) throws(PerceptronError) {
        for row in 0..<rows {
            for column in 0..<columns { line.add(self[row, column]) }
            try line.end(in: &file)
        }
    }
}
