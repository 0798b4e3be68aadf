import ArgumentParser
import Foundation
import Perceptron

/// How a CSV file is written.
struct TableFormat: ParsableArguments {
    @Option(help: ArgumentHelp("What stands between two fields; 'tab' for a tabulator.", valueName: "character"))
    var separator = ","

    @Option(
        help: ArgumentHelp(
            "A text that stands for a missing value, beside the usual ones; may be repeated.", valueName: "text"))
    var missing: [String] = []

    @Option(help: ArgumentHelp("What stands before the fraction of a number.", valueName: "character"))
    var decimalSeparator = "."

    @Option(help: ArgumentHelp("What may stand between groups of three digits.", valueName: "character"))
    var thousandsSeparator: String?

    @Flag(help: "The first line is a row; columns are called 1, 2, 3.")
    var noHeader = false

    func validate() throws {
        for (name, text) in [("separator", separatorText), ("decimal-separator", decimalSeparator)]
            + (thousandsSeparator.map { [("thousands-separator", $0)] } ?? [])
        where text.count != 1 {
            throw ValidationError("--\(name) is '\(text)'; it is one character.")
        }
    }

    private var separatorText: String { separator == "tab" ? "\t" : separator }
    var separatorCharacter: Character { separatorText.first ?? "," }
    var decimalCharacter: Character { decimalSeparator.first ?? "." }
    var thousandsCharacter: Character? { thousandsSeparator?.first }
    var missingTexts: Set<String> { CSV.missing.union(missing) }
}

/// A table with what is to be predicted.
struct TrainingTable: ParsableArguments {
    @Argument(help: ArgumentHelp("The table: a CSV file whose first line names the columns.", valueName: "file.csv"))
    var file: String

    @Option(help: ArgumentHelp("The column to predict.", valueName: "column"))
    var target: String

    @Flag(help: "The target's numbers are classes, not values.")
    var classes = false

    @Option(help: ArgumentHelp("A column that is left out; may be repeated.", valueName: "column"))
    var ignore: [String] = []

    @Option(help: ArgumentHelp("A column of categories that look like numbers; may be repeated.", valueName: "column"))
    var categorical: [String] = []

    @Option(help: ArgumentHelp("The column that says for how many rows each counts.", valueName: "column"))
    var weights: String?

    @OptionGroup(title: "Format of the table") var format: TableFormat

    func read() throws(PerceptronError) -> Dataset<Float> {
        try Dataset(
            csv: URL(filePath: file), target: target, targetKind: classes ? .classes : .automatic, weights: weights,
            ignoring: ignore, categorical: categorical, header: !format.noHeader, separator: format.separatorCharacter,
            missing: format.missingTexts, decimalSeparator: format.decimalCharacter,
            thousandsSeparator: format.thousandsCharacter)
    }

    /// The lines in which rows begin; none of what can be read only once, as a pipe.
    func lines(ofRows rows: [Int]) throws(PerceptronError) -> [Int: Int] {
        let url = URL(filePath: file)
        let values = try? url.resolvingSymlinksInPath().resourceValues(forKeys: [.isRegularFileKey])
        guard values?.isRegularFile == true else { return [:] }
        return try CSV.lines(
            ofRows: rows, in: url, header: !format.noHeader, separator: format.separatorCharacter)
    }
}

/// How a model is made.
struct ModelOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The defaults to train by: realMLP, realMLPSimple or plain.", valueName: "name"))
    var recipe = TabularRecipe.realMLP

    @Option(help: ArgumentHelp("How many networks to train, whose mean predicts.", valueName: "count"))
    var members = 1

    @Option(help: ArgumentHelp("Passes over the rows; as many as the recipe has if not given.", valueName: "count"))
    var epochs: Int?

    @Option(help: ArgumentHelp("All randomness follows from it: the same seed, the same model.", valueName: "number"))
    var seed: UInt64 = 0

    @Option(help: ArgumentHelp("Threads at the most; as many as serve if not given.", valueName: "count"))
    var threads: Int?

    func validate() throws {
        if members < 1 { throw ValidationError("--members is \(members); at least 1 is needed.") }
        if let epochs, epochs < 1 { throw ValidationError("--epochs is \(epochs); at least 1 is needed.") }
        if let threads, threads < 1 { throw ValidationError("--threads is \(threads); at least 1 is needed.") }
    }

    var model: TabularModel<Float> { TabularModel(recipe, members: members, seed: seed) }

    /// What a report says of them.
    var settings: [(name: String, value: String)] {
        [
            ("Recipe", recipe.rawValue), ("Members", "\(members)"),
            ("Epochs", epochs.map { "\($0)" } ?? "as many as the recipe has"), ("Seed", "\(seed)"),
            ("Threads", threads.map { "\($0) at the most" } ?? "as many as serve"),
        ]
    }
}

extension TabularRecipe: ExpressibleByArgument {}
