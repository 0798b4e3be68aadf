import ArgumentParser
import Foundation
import Perceptron

struct Tune: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Searches for a recipe's best settings for a table, and trains a model with them.",
        usage: """
            perceptron tune <file.csv> --target <column> --output <model.safetensors>
                   (--minutes <count> | --trials <count>) [<options>]
            """,
        discussion: """
            A fifth of the rows is held out to compare settings, so the scores on these rows are optimistic. 'perceptron cv' \
            gives honest estimates for new rows.

            After Ctrl-C, the trials so far are kept in a folder beside the model, and the same command with --resume \
            continues the search.
            """)

    @OptionGroup var table: TrainingTable
    @OptionGroup(title: "Model") var options: ModelOptions
    @OptionGroup(title: "Files") var files: ModelFiles
    @OptionGroup var processes: ProcessOptions

    @Option(help: ArgumentHelp("Time to take.", valueName: "count"))
    var minutes: Double?

    @Option(help: ArgumentHelp("Number of settings to try; the same seed gives the same model.", valueName: "count"))
    var trials: Int?

    @Flag(help: "Continue an interrupted search with the same options.")
    var resume = false

    @Flag(help: "Print a JSON object.")
    var json = false

    func validate() throws {
        try files.check(table: table.file)
        if (minutes == nil) == (trials == nil) { throw ValidationError("Give either --minutes or --trials.") }
        if let minutes, !(minutes > 0 && minutes.isFinite) {
            throw ValidationError("--minutes is \(minutes); it must be positive.")
        }
        if resume, processes.mpi { throw ValidationError("--resume and --mpi can't both be given.") }
        if let trials, trials < 1 { throw ValidationError("--trials is \(trials); at least 1 is needed.") }
    }

    private var budget: TuningBudget { trials.map { .trials($0) } ?? .minutes(minutes ?? 0) }

    func run() throws {
        try processes.run(threads: options.threads) { try run(across: $0, threads: $1) }
    }

    private func run(across group: (any ProcessGroup)?, threads: Int?) throws {
        if group.isFirst { try files.checkPlaces() }
        let folder = group == nil ? try KeptTraining(of: files.output, resumes: resume) : nil
        let data = try table.read()
        Terminal.note("\(data)")
        let (training, held) = try data.split(testFraction: 0.2, seed: options.seed, order: table.order)
        let recipe = options.recipe ?? .realMLP
        var model = options.model(recipe)
        var found: Tuning?
        func search(
            _ checkpoints: FitCheckpoints?, _ callbacks: [TrainingCallback<Float>]
        ) throws(PerceptronError) {
            found = try model.tune(
                on: training, budget: budget, validation: .rows(held), intervals: options.intervals,
                checkpoints: checkpoints, callbacks: callbacks, across: group, threads: threads)
        }
        if let folder {
            try folder.train { (checkpoints, callback) throws(PerceptronError) in
                try search(checkpoints, [callback])
            }
        } else {
            try search(nil, [])
        }
        guard let tuning = found, group.isFirst else { return }
        let settings =
            options.described(recipe) + [
                ("Settings tried", "\(Set(tuning.trials.map(\.number)).count)"), ("Best settings", "\(tuning.best)"),
            ] + processes.described(group)
        let trained = TrainedModel(
            model: model, data: data, held: held, table: table, options: options, settings: settings, tuning: tuning)
        if let folder {
            try folder.finish { () throws(PerceptronError) in try trained.write(files) }
        } else {
            try trained.write(files)
        }
        try trained.print(files, json: json)
    }
}
