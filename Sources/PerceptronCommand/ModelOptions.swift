import ArgumentParser
import Perceptron

/// The options of a model apart from its recipe's settings.
struct ModelOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Published defaults to use (default: realMLP).", valueName: "name"))
    var recipe: TabularRecipe?

    @Option(help: ArgumentHelp("Number of networks to train; the prediction is their mean.", valueName: "count"))
    var members = 1

    @Flag(help: "Train each network on a bootstrap sample of the rows.")
    var bagging = false

    @Flag(help: "Train another network for prediction intervals; 'predict --interval 0.9' writes them.")
    var intervals = false

    @Option(help: ArgumentHelp("Seed of everything random: the same seed gives the same model.", valueName: "number"))
    var seed: UInt64 = 0

    @Option(help: ArgumentHelp("Most threads to use (default: as many as help).", valueName: "count"))
    var threads: Int?

    func validate() throws {
        if members < 1 { throw ValidationError("--members is \(members); at least 1 is needed.") }
        if let threads, threads < 1 { throw ValidationError("--threads is \(threads); at least 1 is needed.") }
    }

    func model(_ recipe: TabularRecipe, _ settings: TabularSettings = TabularSettings()) -> TabularModel<Float> {
        TabularModel(
            recipe, members: members, ensembling: bagging ? .bagging : .seeds, settings: settings, seed: seed)
    }

    /// The level of the intervals in the results, if there are any.
    var interval: Double? { intervals ? IntervalCoverage.usualLevel : nil }

    /// The options as a report shows them.
    func described(_ recipe: TabularRecipe) -> [(name: String, value: String)] {
        [
            ("Recipe", recipe.rawValue), ("Members", "\(members)" + (bagging ? ", bagging" : "")),
            ("Seed", "\(seed)"),
            ("Threads", threads.map { "at most \($0)" } ?? "as many as help"),
        ]
    }
}

extension TabularRecipe: ExpressibleByArgument {}
