import ArgumentParser
import Foundation
import Perceptron

struct Train: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Trains a model on a table.",
        usage: "perceptron train <file.csv> --target <column> --output <model.safetensors> [<options>]",
        discussion: """
            A fifth of the rows is held out: on them the best epoch is chosen and probabilities are calibrated, so what is \
            printed of them is a little better than what new rows will show; 'perceptron cv' estimates that honestly.

            Ctrl-C keeps what was trained in a folder beside the model, and the same command with --resume goes on: the model \
            is the same as if nothing had happened.
            """)

    @OptionGroup var table: TrainingTable
    @OptionGroup(title: "Model") var options: NetworkOptions
    @OptionGroup(title: "Files") var files: ModelFiles
    @OptionGroup var processes: ProcessOptions

    @Flag(help: "Go on where the same command was interrupted.")
    var resume = false

    @Flag(help: "Print one object of JSON.")
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
        let signal = try Interruption.noting { (callback) throws(PerceptronError) in
            if folder.isThere { Terminal.note("goes on with \(folder)") }
            try model.fit(
                training, validation: .rows(held), intervals: options.model.intervals, epochs: options.epochs,
                checkpoints: folder.checkpoints, callbacks: [callback], across: group, threads: threads)
        }
        guard group.isFirst else { return }
        // One that came too late has interrupted nothing.
        if let signal, folder.isThere {
            Terminal.note("interrupted; \(folder) has what was trained: the same command with --resume goes on")
            exitProcess(128 + signal)
        }
        try TrainedModel(
            model: model, data: data, held: held, table: table, options: options.model,
            settings: options.described + processes.described(group)
        ).write(files, json: json)
    }
}
