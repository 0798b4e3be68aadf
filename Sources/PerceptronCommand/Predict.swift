import ArgumentParser
import Foundation
import Perceptron

struct Predict: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Predicts the rows of a table.",
        usage: "perceptron predict <model.safetensors> <file.csv> [<options>]",
        discussion: """
            Columns are matched by name; those that the model doesn't know are ignored. Predictions are CSV: the label and the \
            probability of each class, or the value. A table of any length needs little memory.
            """)

    @Argument(help: ArgumentHelp("A model written by 'perceptron train'.", valueName: "model.safetensors"))
    var model: String

    @Argument(help: ArgumentHelp("A CSV file; '-' for standard input.", valueName: "file.csv"))
    var file: String

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("Write to this file instead of standard output.", valueName: "file.csv"))
    var output: String?

    @Option(
        help: ArgumentHelp(
            "Also predict intervals that cover this fraction of the targets, 0.5 to 0.99. The model must be trained with "
                + "--intervals.", valueName: "level"))
    var interval: Double?

    @Flag(help: "Print a JSON object for each row.")
    var json = false

    @Option(help: ArgumentHelp("Most threads to use (default: as many as help).", valueName: "count"))
    var threads: Int?

    @OptionGroup(title: "Format of the table") var format: TableFormat

    func validate() throws {
        if let threads, threads < 1 { throw ValidationError("--threads is \(threads); at least 1 is needed.") }
        if let interval, !(0.5...0.99).contains(interval) {
            throw ValidationError("--interval is \(interval); it must be between 0.5 and 0.99.")
        }
        if output != nil, json { throw ValidationError("--json and --output can't both be given.") }
    }

    func run() throws {
        let url = URL(filePath: model)
        let tabular = try interval.map { _ in try TabularModel<Float>(contentsOf: url) }
        let pipeline = try tabular?.pipeline ?? Pipeline<Float>(contentsOf: url)
        let separator = format.separatorCharacter
        var reader = try format.reader(of: file, columns: pipeline.columns)

        func write(to output: (String) throws(PerceptronError) -> Void) throws(PerceptronError) {
            if let tabular {
                try tabular.write(
                    predictionsFor: &reader, interval: interval, separator: separator, threads: threads, to: output)
            } else {
                try pipeline.write(predictionsFor: &reader, separator: separator, threads: threads, to: output)
            }
        }
        if let output {
            try AtomicFile.write(to: URL(filePath: output)) { (file) throws(PerceptronError) in
                try write { (text) throws(PerceptronError) in try file.write(text) }
            }
        } else if json {
            try printObjects(pipeline, tabular, &reader)
        } else {
            try write(to: StandardOutput.write)
        }
    }

    private func printObjects(
        _ pipeline: Pipeline<Float>, _ tabular: TabularModel<Float>?, _ reader: inout CSVReader<Float>
    ) throws(PerceptronError) {
        let object = PredictionObject(targetNames: pipeline.targetNames, labelNames: pipeline.labelNames)
        try reader.forEachBlock { (rows) throws(PerceptronError) in
            let outputs = try pipeline.predict(rows, threads: threads)
            var bounds: (lower: Matrix<Float>, upper: Matrix<Float>)?
            if let tabular, let interval {
                bounds = try tabular.predictionInterval(interval, for: rows, threads: threads)
            }
            var lines = ""
            for row in 0..<outputs.rows { lines += try object.json(row, outputs, interval: bounds).text() + "\n" }
            try StandardOutput.write(lines)
        }
    }
}

extension TableFormat {
    /// - Parameter path: "-" for standard input.
    func reader(of path: String, columns: [Column]) throws(PerceptronError) -> CSVReader<Float> {
        if path == "-" {
            return try .standardInput(
                columns: columns, header: !noHeader, separator: separatorCharacter, missing: missingTexts,
                decimalSeparator: decimalCharacter, thousandsSeparator: thousandsCharacter)
        }
        return try CSVReader(
            URL(filePath: path), columns: columns, header: !noHeader, separator: separatorCharacter,
            missing: missingTexts, decimalSeparator: decimalCharacter, thousandsSeparator: thousandsCharacter)
    }
}
