import ArgumentParser
import Foundation
import Perceptron

struct CrossValidate: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cv",
        abstract: "Estimates by cross-validation how well a model predicts new rows.",
        usage: "perceptron cv <file.csv> --target <column> [<options>]")

    @OptionGroup var table: TrainingTable
    @OptionGroup(title: "Model") var options: NetworkOptions

    @Option(help: ArgumentHelp("Number of folds; each row is predicted once.", valueName: "count"))
    var folds = 5

    @Option(
        help: ArgumentHelp(
            "Write a report, a page for a browser, to this file.", valueName: "file.html"))
    var report: String?

    @Flag(help: "Print a JSON object.")
    var json = false

    func validate() throws {
        guard let report else { return }
        if URL(filePath: report).isSameFile(as: URL(filePath: table.file)) {
            throw ValidationError("The report would replace the table, \(table.file).")
        }
    }

    func run() throws {
        if let report { try AtomicFile.check(URL(filePath: report)) }
        let data = try table.read()
        Terminal.note("\(data)")
        let metrics = ScoreTable.metrics(hasClasses: data.classCount > 0, classes: data.classCount)
        // Only a report needs the importances, which take time.
        let models = FoldModels(
            seed: options.model.seed, interval: options.model.interval, measuresImportance: report != nil)
        let result = try options.untrained.crossValidate(
            on: data, folds: folds, order: table.order, metrics: metrics, intervals: options.model.intervals,
            epochs: options.epochs, threads: options.model.threads
        ) { model, leftOut, fold throws(PerceptronError) in
            try models.add(model, leftOut: leftOut, fold: fold)
        }
        let rows = try PredictedRows(data, result, models.inOrder)
        if let report {
            try Report(self, data: data, result: result, rows: rows, models: models.inOrder)
                .write(to: URL(filePath: report))
            Terminal.note("wrote the report \(report); open it in a browser")
        }
        let coverage = try rows.coverage
        guard json else {
            return try Terminal.print("\(result)" + (coverage.map { "\n\($0.summary)" } ?? ""))
        }
        let scores = result.scores.map { score in
            JSONValue.Member(
                score.name,
                JSONValue([
                    "mean": JSONValue(score.mean), "deviation": JSONValue(score.standardDeviation),
                    "folds": .array(score.values.map { JSONValue($0) }),
                ]))
        }
        try Terminal.print(.object(scores + (coverage.map { [JSONValue.Member("interval", $0.json)] } ?? [])))
    }
}
