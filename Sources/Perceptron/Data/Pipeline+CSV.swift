#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension Pipeline {
    /// The columns that a trained pipeline predicts from, which it finds by their names; categories are those that it was
    /// trained on. Empty before training.
    public var columns: [Column] { trained?.preprocessing.columns ?? [] }

    /// The model's output for each row of a CSV file (see `CSV`), as `predict` gives it.
    ///
    /// The file's columns are found by their names, in any order. The target and unknown columns are ignored. An
    /// unknown category is treated as the preprocessing says.
    /// - Parameters:
    ///   - url: The file.
    ///   - header: Whether the first line names the columns; they are called `1`, `2` and so on without.
    ///   - separator: What separates two fields.
    ///   - missing: The texts that mean a missing value.
    ///   - decimalSeparator: The decimal separator of numbers.
    ///   - thousandsSeparator: What may separate groups of three digits.
    ///   - threads: The most threads to use; as many as help if nil. The bits don't depend on it.
    /// - Throws: `PerceptronError.invalidState` before training; `.invalidFile` with the line and the column of a fault, or
    ///   with the name of a column that is not there; `.fileAccess` if the file can't be read; another as `predict` does.
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

    /// Writes a prediction for each row of a CSV file to another: the likeliest class under the target's name and a column
    /// of the probability of each class, or the values under the targets' names.
    ///
    /// The file is read as `predict(csv:)` reads it, and the other is written atomically.
    /// - Parameters:
    ///   - csv: The file with the rows.
    ///   - url: The file to be written.
    ///   - header: Whether the first line names the columns.
    ///   - separator: What separates two fields.
    ///   - missing: The texts that mean a missing value.
    ///   - decimalSeparator: The decimal separator of numbers.
    ///   - thousandsSeparator: What may separate groups of three digits.
    ///   - threads: The most threads to use; as many as help if nil. The bits don't depend on it.
    /// - Throws: as `predict(csv:)`, and if the file can't be written.
    public func write(
        predictionsFor csv: URL, to url: URL, header: Bool = true, separator: Character = ",",
        missing: Set<String> = CSV.missing, decimalSeparator: Character = ".", thousandsSeparator: Character? = nil,
        threads: Int? = nil
    ) throws(PerceptronError) {
        let outputs = try predict(
            csv: csv, header: header, separator: separator, missing: missing, decimalSeparator: decimalSeparator,
            thousandsSeparator: thousandsSeparator, threads: threads)
        let labels = labelNames.isEmpty ? nil : try labels(of: outputs)
        let outputNames =
            labels == nil || outputs.columns == labelNames.count
            ? labelNames : Array(labelNames.suffix(outputs.columns))
        let names = targetNames + outputNames.map { "P(\($0))" }
        let format = try CSVFormat(hasHeader: true, separator: separator)
        try AtomicFile.write(to: url) { (file) throws(PerceptronError) in
            var line = CSVLine(format, columns: names.count)
            try line.write(header: names, in: &file)
            for row in 0..<outputs.rows {
                if let labels { try line.add(labels[row]) }
                for column in 0..<outputs.columns { line.add(outputs[row, column]) }
                try line.end(in: &file)
            }
        }
    }
}
