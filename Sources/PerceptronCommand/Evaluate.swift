import ArgumentParser
import Foundation
import Perceptron

struct Evaluate: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Says how good a model is on a table that has the target.",
        usage: "perceptron evaluate <model.safetensors> <file.csv> [<options>]")

    @Argument(help: ArgumentHelp("What 'perceptron train' has written.", valueName: "model.safetensors"))
    var model: String

    @Argument(help: ArgumentHelp("The table; '-' for standard input.", valueName: "file.csv"))
    var file: String

    @Option(
        help: ArgumentHelp(
            "The part of the rows that intervals are to hold, if the model has them (default: 0.9).", valueName: "part")
    )
    var interval: Double?

    @Flag(help: "Print one object of JSON.")
    var json = false

    @Option(help: ArgumentHelp("Threads at the most; as many as serve if not given.", valueName: "count"))
    var threads: Int?

    @OptionGroup(title: "Format of the table") var format: TableFormat

    func validate() throws {
        if let threads, threads < 1 { throw ValidationError("--threads is \(threads); at least 1 is needed.") }
        if let interval, !(0.5...0.99).contains(interval) {
            throw ValidationError("--interval is \(interval); from 0.5 to 0.99 is possible.")
        }
    }

    func run() throws {
        let model = try TabularModel<Float>(contentsOf: URL(filePath: model))
        let input = try InputFile(file)
        defer { input.remove() }
        let data = try model.rows(csv: input.url, format)
        guard data.rows > 0 else { throw PerceptronError.invalidFile("\(file): there are no rows") }
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
