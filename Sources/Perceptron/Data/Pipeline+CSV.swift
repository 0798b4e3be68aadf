#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension Pipeline {
    /// The columns that a trained pipeline predicts from; their categories are those of the training rows. Empty before
    /// training.
    public var columns: [Column] { trained?.preprocessing.columns ?? [] }

    /// Predicts each row of a CSV file (see ``CSV``), as `predict` does.
    ///
    /// Columns are matched by name, in any order. The target and unknown columns are ignored. An unknown category is
    /// treated as the preprocessing says.
    /// - Parameters:
    ///   - url: The file.
    ///   - header: Whether the first line names the columns; they are called `1`, `2` and so on without.
    ///   - separator: The field separator.
    ///   - missing: The texts that mean a missing value.
    ///   - decimalSeparator: The decimal separator of numbers.
    ///   - thousandsSeparator: The separator of groups of three digits, if any.
    ///   - threads: The most threads to use; as many as help if nil. The bits don't depend on it.
    /// - Throws: `PerceptronError.invalidState` before training; `.invalidFile` with the line and the column of a fault, or
    ///   with the name of a column that is not there; `.fileAccess` if the file can't be read; otherwise as `predict`
    ///   does.
    public func predict(
        csv url: URL, header: Bool = true, separator: Character = ",", missing: Set<String> = CSV.missing,
        decimalSeparator: Character = ".", thousandsSeparator: Character? = nil, threads: Int? = nil
    ) throws(PerceptronError) -> Matrix<Scalar> {
        _ = try checkedTrained()
        let data = try Dataset<Scalar>(
            csv: url, columns: columns, header: header, separator: separator, missing: missing,
            decimalSeparator: decimalSeparator, thousandsSeparator: thousandsSeparator)
        return try predict(data, threads: threads)
    }

    /// Predicts each row of a CSV file and writes the predictions to another: the most probable class, in a column
    /// named after the target, and the probability of each class; or the values of the targets.
    ///
    /// The file is read like `predict(csv:)` does, but in blocks, so that millions of rows need little memory; it may
    /// be a pipe. The new file is written atomically.
    /// - Parameters:
    ///   - csv: The file with the rows.
    ///   - url: The file to write.
    ///   - header: Whether the first line names the columns.
    ///   - separator: The field separator.
    ///   - missing: The texts that mean a missing value.
    ///   - decimalSeparator: The decimal separator of numbers.
    ///   - thousandsSeparator: The separator of groups of three digits, if any.
    ///   - threads: The most threads to use; as many as help if nil. The bits don't depend on it.
    /// - Throws: as `predict(csv:)`, and if the file can't be written.
    public func write(
        predictionsFor csv: URL, to url: URL, header: Bool = true, separator: Character = ",",
        missing: Set<String> = CSV.missing, decimalSeparator: Character = ".", thousandsSeparator: Character? = nil,
        threads: Int? = nil
    ) throws(PerceptronError) {
        _ = try checkedTrained()
        var reader = try CSVReader<Scalar>(
            csv, columns: columns, header: header, separator: separator, missing: missing,
            decimalSeparator: decimalSeparator, thousandsSeparator: thousandsSeparator)
        try AtomicFile.write(to: url) { (file) throws(PerceptronError) in
            try write(predictionsFor: &reader, separator: separator, threads: threads) {
                (text) throws(PerceptronError) in try file.write(text)
            }
        }
    }

    /// Calls `write` with the lines of such a file as soon as they are known.
    package func write(
        predictionsFor reader: inout CSVReader<Scalar>, separator: Character, threads: Int?,
        to write: (String) throws(PerceptronError) -> Void
    ) throws(PerceptronError) {
        var lines = try PredictionLines(self, separator: separator, hasInterval: false)
        try write(lines.header())
        try reader.forEachBlock { (rows) throws(PerceptronError) in
            try write(lines.text(predict(rows, threads: threads)))
        }
    }
}

extension CSVReader {
    /// Calls `body` with each block; what it throws says from where on it counts the rows.
    package mutating func forEachBlock(
        _ body: (Dataset<Scalar>) throws(PerceptronError) -> Void
    ) throws(PerceptronError) {
        while let rows = try next() {
            do throws(PerceptronError) { try body(rows) } catch {
                throw rowsBefore == 0 ? error : error.inside("\(name): after the first \(rowsBefore) rows")
            }
        }
    }
}
