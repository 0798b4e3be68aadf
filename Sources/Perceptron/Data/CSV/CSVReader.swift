#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Reads a CSV file (see ``CSV``) in blocks of rows, for files larger than memory and for pipes.
///
/// ```swift
/// var reader = try CSVReader<Float>(url, columns: pipeline.columns)
/// while let rows = try reader.next() {
///     let labels = try pipeline.predictLabels(rows)
/// }
/// ```
/// Its memory doesn't grow with the file, except for UTF-16, which is read as a whole. Predictions for blocks have the
/// same bits as for all rows at once.
public struct CSVReader<Scalar: BLASScalar>: ~Copyable {
    /// The maximum number of rows in a block: enough for any matrix product, but not too many values.
    let blockRows: Int
    private var table: CSVTable<Scalar>
    private var scanner: CSVScanner
    private var isAtEnd = false
    /// The name of the file in errors.
    let name: String
    /// The number of rows before the last block.
    private(set) var rowsBefore = 0
    private var rowsRead = 0

    /// The number of rows that go through a model together. It slightly affects the bits of a row, so blocks are cut
    /// where the model cuts. Two or more such pieces are computed differently from a single one.
    private static var unit: Int { Tiling.pieceRows(rows: .max) }
    private static var blockValues: Int { 1 << 20 }

    /// Opens a file with the inputs of a data set or pipeline: columns are matched by name, in any order, and other
    /// columns are ignored.
    ///
    /// A category keeps the code that it has in `columns`; new categories get the following codes, which differ from
    /// block to block.
    /// - Parameters:
    ///   - url: A file, or an uncompressed pipe.
    ///   - columns: The inputs: the `columns` of the data set, pipeline or model. Dates are read in the same way.
    ///   - header: Whether the first line names the columns; otherwise they are named `1`, `2` and so on.
    ///   - separator: The field separator.
    ///   - missing: The texts that mean a missing value.
    ///   - decimalSeparator: The decimal separator of numbers.
    ///   - thousandsSeparator: The separator of groups of three digits, if any.
    /// - Throws: `PerceptronError.fileAccess` if the file can't be read, `.invalidFile` if a column is not there.
    public init(
        _ url: URL, columns: [Column], header: Bool = true, separator: Character = ",",
        missing: Set<String> = CSV.missing, decimalSeparator: Character = ".", thousandsSeparator: Character? = nil
    ) throws(PerceptronError) {
        try self.init(
            CSVSource(onceReadable: url), columns: columns,
            CSVFormat(
                hasHeader: header, separator: separator, missing: missing, decimalSeparator: decimalSeparator,
                thousandsSeparator: thousandsSeparator))
    }

    /// The same for standard input.
    public static func standardInput(
        columns: [Column], header: Bool = true, separator: Character = ",", missing: Set<String> = CSV.missing,
        decimalSeparator: Character = ".", thousandsSeparator: Character? = nil
    ) throws(PerceptronError) -> CSVReader {
        try CSVReader(
            .standardInput(), columns: columns,
            CSVFormat(
                hasHeader: header, separator: separator, missing: missing, decimalSeparator: decimalSeparator,
                thousandsSeparator: thousandsSeparator))
    }

    /// - Parameter blockRows: a multiple, at least 2, of the rows that go through a model together; chosen by the
    ///   number of columns if nil.
    init(
        _ source: CSVSource, columns: [Column], _ format: CSVFormat, blockRows: Int? = nil
    ) throws(PerceptronError) {
        let unit = CSVReader.unit
        let units = CSVReader.blockValues / (unit * max(columns.count, 1))
        // Everything that may throw comes first.
        let table = try CSVTable<Scalar>(withoutRows: source, format, CSVSelection(schema: columns))
        let scanner = try CSVTable<Scalar>.scanner(source, format, names: table.names)
        self.blockRows = blockRows ?? unit * min(max(units, 2), 32)
        name = source.name
        self.table = table
        self.scanner = scanner
    }

    /// The next rows, without targets; nil at the end.
    /// - Throws: `PerceptronError.invalidFile` with the line and column of a fault; rows before it that were not
    ///   returned yet are lost.
    public mutating func next() throws(PerceptronError) -> Dataset<Scalar>? {
        // The last block must not be so short that it is computed differently from the end of a long table.
        let enough = blockRows + CSVReader.unit + 1
        if !isAtEnd { isAtEnd = try !table.readRows(&scanner, upTo: enough) }
        guard table.rows > 0 else { return nil }
        let columns = table.describedColumns
        let inputs = table.removeInputs(rows: isAtEnd ? table.rows : blockRows)
        table.forgetTexts()
        rowsBefore = rowsRead
        rowsRead += inputs.rows
        return Dataset(
            storage: .init(
                inputs: inputs, targets: nil, weights: nil, columns: columns, targetNames: [], labelNames: []))
    }
}
