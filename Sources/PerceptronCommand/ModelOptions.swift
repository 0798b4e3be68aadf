import ArgumentParser
import Perceptron

/// How a model is made, whatever its settings are.
struct ModelOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The defaults to train by (default: realMLP).", valueName: "name"))
    var recipe: TabularRecipe?

    @Option(help: ArgumentHelp("How many networks to train, whose mean predicts.", valueName: "count"))
    var members = 1

    @Flag(help: "Train each network on other rows: as many as there are, drawn anew with replacement.")
    var bagging = false

    @Flag(help: "Train another network for intervals around the values: 'predict --interval 0.9' shows them.")
    var intervals = false

    @Option(help: ArgumentHelp("All randomness follows from it: the same seed, the same model.", valueName: "number"))
    var seed: UInt64 = 0

    @Option(help: ArgumentHelp("Threads at the most; as many as serve if not given.", valueName: "count"))
    var threads: Int?

    func validate() throws {
        if members < 1 { throw ValidationError("--members is \(members); at least 1 is needed.") }
        if let threads, threads < 1 { throw ValidationError("--threads is \(threads); at least 1 is needed.") }
    }

    func model(_ recipe: TabularRecipe, _ settings: TabularSettings = TabularSettings()) -> TabularModel<Float> {
        TabularModel(
            recipe, members: members, ensembling: bagging ? .bagging : .seeds, settings: settings, seed: seed)
    }

    /// The level of the intervals that results show, if there are any.
    var interval: Double? { intervals ? IntervalCoverage.usualLevel : nil }

    /// What a report says of them.
    func described(_ recipe: TabularRecipe) -> [(name: String, value: String)] {
        [
            ("Recipe", recipe.rawValue), ("Members", "\(members)" + (bagging ? ", by bagging" : "")),
            ("Seed", "\(seed)"),
            ("Threads", threads.map { "\($0) at the most" } ?? "as many as serve"),
        ]
    }
}

extension TabularRecipe: ExpressibleByArgument {}
