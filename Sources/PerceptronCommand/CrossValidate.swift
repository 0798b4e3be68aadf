import ArgumentParser
import Foundation
import Perceptron

struct CrossValidate: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cv",
        abstract: "Estimates how good a model will be on new rows, by cross-validation.")

    @OptionGroup var table: TrainingTable
    @OptionGroup(title: "Model") var options: ModelOptions

    @Option(help: ArgumentHelp("Into how many parts the rows are dealt; each is predicted once.", valueName: "count"))
    var folds = 5

    @Option(
        help: ArgumentHelp(
            "Where a report goes, a page to look at; there is none if not given.", valueName: "file.html"))
    var report: String?

    @Flag(help: "Print one object of JSON.")
    var json = false

    func validate() throws {
        guard let report else { return }
        if URL(filePath: report).standardizedFileURL == URL(filePath: table.file).standardizedFileURL {
            throw ValidationError("The report would replace the table, \(table.file).")
        }
    }

    func run() throws {
        let data = try table.read()
        Terminal.note("\(data)")
        let metrics = ScoreTable.metrics(hasClasses: data.classCount > 0, classes: data.classCount)
        // What the report needs besides takes time.
        let models = report.map { _ in FoldModels(seed: options.seed) }
        let result = try options.model.crossValidate(
            on: data, folds: folds, metrics: metrics, epochs: options.epochs, threads: options.threads
        ) { model, leftOut, fold throws(PerceptronError) in
            try models?.add(model, leftOut: leftOut, fold: fold)
        }
        if let report, let models {
            try Report(self, data: data, result: result, models: models.inOrder).write(to: URL(filePath: report))
            Terminal.note("\(report) is the report; a browser shows it")
        }
        guard json else { return Terminal.print("\(result)") }
        let members = result.scores.map { score in
            "\"\(score.name)\": {\"mean\": \(score.mean), \"deviation\": \(score.standardDeviation)}"
        }
        Terminal.print("{\(members.joined(separator: ", "))}")
    }
}
