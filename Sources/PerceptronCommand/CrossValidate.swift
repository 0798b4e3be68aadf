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

    @Flag(help: "Print one object of JSON.")
    var json = false

    func run() throws {
        let data = try table.read()
        Terminal.note("\(data)")
        let metrics = ScoreTable.metrics(hasClasses: data.classCount > 0, classes: data.classCount)
        let result = try options.model.crossValidate(
            on: data, folds: folds, metrics: metrics, epochs: options.epochs, threads: options.threads)
        guard json else { return Terminal.print("\(result)") }
        let members = result.scores.map { score in
            "\"\(score.name)\": {\"mean\": \(score.mean), \"deviation\": \(score.standardDeviation)}"
        }
        Terminal.print("{\(members.joined(separator: ", "))}")
    }
}
