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
