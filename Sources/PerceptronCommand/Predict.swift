import ArgumentParser
import Foundation
import Perceptron

struct Predict: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Predicts each row of a table.",
        usage: "perceptron predict <model.safetensors> <file.csv> [<options>]",
        discussion: """
            The table's columns are found by their names; those that the model doesn't know are left out. What is predicted goes \
            to standard output as CSV: the label and the probability of each class, or the value.
            """)

    @Argument(help: ArgumentHelp("What 'perceptron train' has written.", valueName: "model.safetensors"))
    var model: String

    @Argument(help: ArgumentHelp("The table; '-' for standard input.", valueName: "file.csv"))
    var file: String

    @Option(name: .shortAndLong, help: ArgumentHelp("A file for the predictions, instead.", valueName: "file.csv"))
    var output: String?

    @Option(help: ArgumentHelp("Threads at the most; as many as serve if not given.", valueName: "count"))
    var threads: Int?

    @OptionGroup(title: "Format of the table") var format: TableFormat

    func run() throws {
        let pipeline = try Pipeline<Float>(contentsOf: URL(filePath: model))
        let input = try InputFile(file)
        defer { input.remove() }
        let written = output.map { URL(filePath: $0) } ?? InputFile.temporary()
        try pipeline.write(
            predictionsFor: input.url, to: written, header: !format.noHeader, separator: format.separatorCharacter,
            missing: format.missingTexts, decimalSeparator: format.decimalCharacter,
            thousandsSeparator: format.thousandsCharacter, threads: threads)
        guard output == nil else { return }
        defer { try? FileManager.default.removeItem(at: written) }
        Terminal.write(try Data(contentsOf: written, options: .mappedIfSafe))
    }
}
