#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension TabularModel {
    /// Predicts each row of a CSV file and writes the predictions to another CSV file.
    ///
    /// The columns are those of
    /// ``Pipeline/write(predictionsFor:to:header:separator:missing:decimalSeparator:thousandsSeparator:threads:)``;
    /// with an interval, there are also `lower(…)` and `upper(…)` for each target.
    ///
    /// - Parameters:
    ///   - csv: The file with the rows, or a pipe.
    ///   - url: The file to write.
    ///   - interval: The level of the intervals, as in ``predictionInterval(_:for:threads:)``; none are written if nil.
    ///   - header: Whether the first line names the columns.
    ///   - separator: The field separator.
    ///   - missing: The texts that mean a missing value.
    ///   - decimalSeparator: The decimal separator of numbers.
    ///   - thousandsSeparator: The separator of groups of three digits, if any.
    ///   - threads: The most threads to use; as many as help if nil. The bits don't depend on it.
    /// - Throws: `PerceptronError` as `Pipeline.write` and `predictionInterval` do.
    public func write(
        predictionsFor csv: URL, to url: URL, interval: Double? = nil, header: Bool = true, separator: Character = ",",
        missing: Set<String> = CSV.missing, decimalSeparator: Character = ".", thousandsSeparator: Character? = nil,
        threads: Int? = nil
    ) throws(PerceptronError) {
        let pipeline = try checkedPipeline()
        var reader = try CSVReader<Scalar>(
            csv, columns: pipeline.columns, header: header, separator: separator, missing: missing,
            decimalSeparator: decimalSeparator, thousandsSeparator: thousandsSeparator)
        try AtomicFile.write(to: url) { (file) throws(PerceptronError) in
            try write(predictionsFor: &reader, interval: interval, separator: separator, threads: threads) {
                (text) throws(PerceptronError) in try file.write(text)
            }
        }
    }

    /// Passes the lines of such a file to `write` as soon as they are known.
    package func write(
        predictionsFor reader: inout CSVReader<Scalar>, interval: Double?, separator: Character, threads: Int?,
        to write: (String) throws(PerceptronError) -> Void
    ) throws(PerceptronError) {
        let pipeline = try checkedPipeline()
        guard let interval else {
            return try pipeline.write(
                predictionsFor: &reader, separator: separator, threads: threads, to: write)
        }
        // Throws before anything is written.
        _ = try checkedIntervals().margins(interval)
        var lines = try PredictionLines(pipeline, separator: separator, hasInterval: true)
        try write(lines.header())
        try reader.forEachBlock { (rows) throws(PerceptronError) in
            let outputs = try predict(rows, threads: threads)
            try write(lines.text(outputs, interval: predictionInterval(interval, for: rows, threads: threads)))
        }
    }
}
