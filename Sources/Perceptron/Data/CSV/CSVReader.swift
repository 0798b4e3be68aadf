#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The rows of a CSV file (see `CSV`) in blocks, for files that are larger than memory, and for what can be read only once.
///
/// ```swift
/// var reader = try CSVReader<Float>(url, columns: pipeline.columns)
/// while let rows = try reader.next() {
///     let labels = try pipeline.predictLabels(rows)
/// }
/// ```
/// Its memory doesn't grow with the file, except for UTF-16, which is read as a whole. Predictions for the blocks have
/// the same bits as for all rows at once.
public struct CSVReader<Scalar: BLASScalar>: ~Copyable {
    /// The most rows of a block: enough for any matrix product, and not too many values.
    let blockRows: Int
    private var table: CSVTable<Scalar>
    private var scanner: CSVScanner
    private var isAtEnd = false
    /// What errors call the file.
    let name: String
    /// How many rows came before the last block.
    private(set) var rowsBefore = 0
    private var rowsRead = 0

    /// As many rows go through a model together, and the bits of a row depend on that a little: blocks are cut where it cuts. More of
    /// them than one go another way than one alone.
    private static var unit: Int { Tiling.pieceRows(rows: .max) }
    private static var blockValues: Int { 1 << 20 }

    /// The rows of a file with the inputs of a data set, or of a pipeline: the file's columns are found by their names,
    /// in any order, and the others are ignored.
    ///
    /// A category keeps the code that it has in `columns`; new categories get the following codes, which differ from
    /// block to block.
    /// - Parameters:
    ///   - url: A file, or a pipe, which may not be compressed.
    ///   - columns: The inputs, as the data set has them that a model was trained with; dates are read as they were.
    ///   - header: Whether the first line names the columns; they are called `1`, `2` and so on without.
    ///   - separator: What stands between two fields.
    ///   - missing: The texts that stand for a missing value.
    ///   - decimalSeparator: What stands before the fraction of a number.
    ///   - thousandsSeparator: What may stand between groups of three digits.
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

    /// The same for the rows that standard input has.
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

    /// - Parameter blockRows: a multiple, from 2 on, of what goes through a model together; by the number of columns if nil.
    init(
        _ source: CSVSource, columns: [Column], _ format: CSVFormat, blockRows: Int? = nil
    ) throws(PerceptronError) {
        let unit = CSVReader.unit
        let units = CSVReader.blockValues / (unit * max(columns.count, 1))
        // All that may throw comes first.
        let table = try CSVTable<Scalar>(withoutRows: source, format, CSVSelection(schema: columns))
        let scanner = try CSVTable<Scalar>.scanner(source, format, names: table.names)
        self.blockRows = blockRows ?? unit * min(max(units, 2), 32)
        name = source.name
        self.table = table
        self.scanner = scanner
    }

    /// The rows that follow, without targets; nil when there are none left.
    /// - Throws: `PerceptronError.invalidFile` with the line and the column of a fault; of the rows before it, those that were
    ///   not returned yet are lost.
    public mutating func next() throws(PerceptronError) -> Dataset<Scalar>? {
        // A last block must not be so short that it is predicted in another way than the end of a long table.
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
