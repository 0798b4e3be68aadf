import ArgumentParser
import Foundation
import Perceptron

struct Tune: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Looks for a recipe's best settings for a table, and trains a model with them.",
        usage: """
            perceptron tune <file.csv> --target <column> --output <model.safetensors>
                   (--minutes <count> | --trials <count>) [<options>]
            """,
        discussion: """
            A fifth of the rows is held out: on them settings are compared, so what is printed of them is better than what new \
            rows will show.
            """)

    @OptionGroup var table: TrainingTable
    @OptionGroup(title: "Model") var options: ModelOptions
    @OptionGroup(title: "Files") var files: ModelFiles
    @OptionGroup var processes: ProcessOptions

    @Option(help: ArgumentHelp("How long to look.", valueName: "count"))
    var minutes: Double?

    @Option(help: ArgumentHelp("How many settings to try: the same seed, the same model.", valueName: "count"))
    var trials: Int?

    @Flag(help: "Print one object of JSON.")
    var json = false

    func validate() throws {
        try files.check(table: table.file)
        if (minutes == nil) == (trials == nil) { throw ValidationError("Give --minutes or --trials, one of them.") }
        if let minutes, !(minutes > 0 && minutes.isFinite) {
            throw ValidationError("--minutes is \(minutes); it must be positive.")
        }
        if let trials, trials < 1 { throw ValidationError("--trials is \(trials); at least 1 is needed.") }
    }

    private var budget: TuningBudget { trials.map { .trials($0) } ?? .minutes(minutes ?? 0) }

    func run() throws {
        try processes.run(threads: options.threads) { try run(across: $0, threads: $1) }
    }

    private func run(across group: (any ProcessGroup)?, threads: Int?) throws {
        if group.isFirst { try files.checkPlaces() }
        let data = try table.read()
        Terminal.note("\(data)")
        let (training, held) = try data.split(testFraction: 0.2, seed: options.seed, order: table.order)
        let recipe = options.recipe ?? .realMLP
        var model = options.model(recipe)
        let tuning = try model.tune(
            on: training, budget: budget, validation: .rows(held), intervals: options.intervals, across: group,
            threads: threads)
        guard group.isFirst else { return }
        let settings =
            options.described(recipe) + [
                ("Settings tried", "\(Set(tuning.trials.map(\.number)).count)"), ("Best settings", "\(tuning.best)"),
            ] + processes.described(group)
        if !json { try Terminal.print("\(tuning)") }
        try TrainedModel(
            model: model, data: data, held: held, table: table, options: options, settings: settings, tuning: tuning
        ).write(files, json: json)
    }
}
