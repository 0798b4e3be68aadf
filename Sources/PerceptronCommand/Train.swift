import ArgumentParser
import Foundation
import Perceptron

struct Train: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Trains a model on a table.",
        discussion: """
            A fifth of the rows is held out: on them the best epoch is chosen and probabilities are calibrated, so what is \
            printed of them is a little better than what new rows will show; 'perceptron cv' estimates that honestly.
            """)

    @OptionGroup var table: TrainingTable
    @OptionGroup(title: "Model") var options: ModelOptions

    @Option(name: .shortAndLong, help: ArgumentHelp("Where the model goes.", valueName: "model.safetensors"))
    var output: String

    @Option(
        help: ArgumentHelp(
            "Where the report goes: beside the model if not given, as price.html beside price.safetensors.",
            valueName: "file.html"))
    var report: String?

    @Flag(help: "Write no report.")
    var noReport = false

    func validate() throws {
        guard let reportFile else {
            if report != nil { throw ValidationError("--report and --no-report can't both be given.") }
            return
        }
        for (name, path) in [("the model", output), ("the table", table.file)]
        where URL(filePath: path).standardizedFileURL == reportFile.standardizedFileURL {
            throw ValidationError("The report would replace \(name), \(path); say --report FILE or --no-report.")
        }
    }

    private var reportFile: URL? {
        if noReport { return nil }
        return report.map { URL(filePath: $0) }
            ?? URL(filePath: output).deletingPathExtension().appendingPathExtension("html")
    }

    func run() throws {
        let data = try table.read()
        Terminal.note("\(data)")
        let (training, held) = try data.split(testFraction: 0.2, seed: options.seed)
        var model = options.model
        try model.fit(training, validation: .rows(held), epochs: options.epochs, threads: options.threads)
        try model.save(to: URL(filePath: output))
        var scores = ScoreTable()
        try scores.add(model, held, named: "held out", threads: options.threads)
        Terminal.note("\(scores)")
        if let reportFile {
            try Report(self, model: model, data: data, held: held).write(to: reportFile)
            Terminal.note("\(reportFile.relativePath) is the report; a browser shows it")
        }
        Terminal.note("\(output) is written; perceptron predict \(output) FILE predicts with it")
    }
}
