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

    @Flag(help: "Print one object of JSON.")
    var json = false

    @Option(help: ArgumentHelp("Threads at the most; as many as serve if not given.", valueName: "count"))
    var threads: Int?

    @OptionGroup(title: "Format of the table") var format: TableFormat

    func run() throws {
        let model = try TabularModel<Float>(contentsOf: URL(filePath: model))
        let input = try InputFile(file)
        defer { input.remove() }
        let data = try model.rows(csv: input.url, format)
        var scores = ScoreTable()
        try scores.add(model, data, named: counted(data.rows, "row"), threads: threads)
        Terminal.print(json ? scores.json : scores.description)
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
