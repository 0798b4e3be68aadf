import ArgumentParser
import Foundation
import Perceptron

struct Train: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Trains a model on a table.",
        usage: "perceptron train <file.csv> --target <column> --output <model.safetensors> [<options>]",
        discussion: """
            A fifth of the rows is held out to select the best epoch and to calibrate probabilities, so the scores on these \
            rows are slightly optimistic. 'perceptron cv' gives honest estimates for new rows.

            After Ctrl-C, the training so far is kept in a folder beside the model, and the same command with --resume \
            continues it; the model is the same as without an interruption.
            """)

    @OptionGroup var table: TrainingTable
    @OptionGroup(title: "Model") var options: NetworkOptions
    @OptionGroup(title: "Files") var files: ModelFiles
    @OptionGroup var processes: ProcessOptions

    @Flag(help: "Continue an interrupted training with the same options.")
    var resume = false

    @Flag(help: "Print a JSON object.")
    var json = false

    func validate() throws { try files.check(table: table.file) }

    func run() throws {
        try processes.run(threads: options.model.threads) { try run(across: $0, threads: $1) }
    }

    private func run(across group: (any ProcessGroup)?, threads: Int?) throws {
        if group.isFirst { try files.checkPlaces() }
        // The first process may have begun to write to it already.
        let folder = try KeptTraining(of: files.output, resumes: resume || !group.isFirst)
        let data = try table.read()
        Terminal.note("\(data)")
        let (training, held) = try data.split(testFraction: 0.2, seed: options.model.seed, order: table.order)
        var model = options.untrained
        try folder.train { (checkpoints, callback) throws(PerceptronError) in
            try model.fit(
                training, validation: .rows(held), intervals: options.model.intervals, epochs: options.epochs,
                checkpoints: checkpoints, callbacks: [callback], across: group, threads: threads)
        }
        guard group.isFirst else { return }
        let trained = TrainedModel(
            model: model, data: data, held: held, table: table, options: options.model,
            settings: options.described + processes.described(group))
        try folder.finish { () throws(PerceptronError) in try trained.write(files) }
        try trained.print(files, json: json)
    }
}
