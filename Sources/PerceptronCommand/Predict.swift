import ArgumentParser
import Foundation
import Perceptron

struct Predict: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Predicts each row of a table.",
        usage: "perceptron predict <model.safetensors> <file.csv> [<options>]",
        discussion: """
            The table's columns are found by their names; those that the model doesn't know are left out. What is predicted goes \
            to standard output as CSV: the label and the probability of each class, or the value. A table of any length needs \
            little memory.
            """)

    @Argument(help: ArgumentHelp("What 'perceptron train' has written.", valueName: "model.safetensors"))
    var model: String

    @Argument(help: ArgumentHelp("The table; '-' for standard input.", valueName: "file.csv"))
    var file: String

    @Option(name: .shortAndLong, help: ArgumentHelp("A file for the predictions, instead.", valueName: "file.csv"))
    var output: String?

    @Option(
        help: ArgumentHelp(
            "Intervals beside values, which hold for such a part of the rows: 0.9 for nine of ten. The model must be trained "
                + "with --intervals.", valueName: "part"))
    var interval: Double?

    @Flag(help: "Print an object of JSON for each row.")
    var json = false

    @Option(help: ArgumentHelp("Threads at the most; as many as serve if not given.", valueName: "count"))
    var threads: Int?

    @OptionGroup(title: "Format of the table") var format: TableFormat

    func validate() throws {
        if let threads, threads < 1 { throw ValidationError("--threads is \(threads); at least 1 is needed.") }
        if let interval, !(0.5...0.99).contains(interval) {
            throw ValidationError("--interval is \(interval); from 0.5 to 0.99 is possible.")
        }
        if output != nil, json { throw ValidationError("--json prints; it can't be given with --output.") }
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
