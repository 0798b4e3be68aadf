import ArgumentParser
import Foundation
import Perceptron

struct Evaluate: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measures a model on a table that has the target.",
        usage: "perceptron evaluate <model.safetensors> <file.csv> [<options>]")

    @Argument(help: ArgumentHelp("A model written by 'perceptron train'.", valueName: "model.safetensors"))
    var model: String

    @Argument(help: ArgumentHelp("A CSV file; '-' for standard input.", valueName: "file.csv"))
    var file: String

    @Option(
        help: ArgumentHelp(
            "Level of the prediction intervals to measure, if the model has them (default: 0.9).", valueName: "level")
    )
    var interval: Double?

    @Flag(help: "Print a JSON object.")
    var json = false

    @Option(help: ArgumentHelp("Most threads to use (default: as many as help).", valueName: "count"))
    var threads: Int?

    @OptionGroup(title: "Format of the table") var format: TableFormat

    func validate() throws {
        if let threads, threads < 1 { throw ValidationError("--threads is \(threads); at least 1 is needed.") }
        if let interval, !(0.5...0.99).contains(interval) {
            throw ValidationError("--interval is \(interval); it must be between 0.5 and 0.99.")
        }
    }

    func run() throws {
        let model = try TabularModel<Float>(contentsOf: URL(filePath: model))
        let data = try InputFile.reading(file) { (url) throws(PerceptronError) in try model.rows(csv: url, format) }
        guard data.rows > 0 else { throw PerceptronError.invalidFile("\(file): the table has no rows") }
        Terminal.note(counted(data.rows, "row"))
        let scores = try ScoreTable(
            model, data, interval: interval ?? (model.hasIntervals ? IntervalCoverage.usualLevel : nil),
            threads: threads)
        if json { try Terminal.print(scores.json) } else { try Terminal.print("\(scores)") }
    }
}

extension TabularModel<Float> {
    /// The rows of a table with the model's columns and its target.
    func rows(csv url: URL, _ format: TableFormat) throws(PerceptronError) -> Dataset<Float> {
        if targetNames.count == 1 {
            return try Dataset(
                csv: url, columns: columns, target: targetNames[0],
                targetKind: labelNames.isEmpty ? .values : .classes, labels: labelNames.isEmpty ? nil : labelNames,
                header: !format.noHeader, separator: format.separatorCharacter, missing: format.missingTexts,
                decimalSeparator: format.decimalCharacter, thousandsSeparator: format.thousandsCharacter)
        }
        return try Dataset(
            csv: url, columns: columns, targets: targetNames, header: !format.noHeader,
            separator: format.separatorCharacter, missing: format.missingTexts,
            decimalSeparator: format.decimalCharacter, thousandsSeparator: format.thousandsCharacter)
    }
}
