import ArgumentParser
import Foundation
import Perceptron

/// The format of a CSV file.
struct TableFormat: ParsableArguments {
    @Option(help: ArgumentHelp("Field separator; 'tab' for a tab.", valueName: "character"))
    var separator = ","

    @Option(
        help: ArgumentHelp(
            "Text that means a missing value, besides the usual ones; may be repeated.", valueName: "text"))
    var missing: [String] = []

    @Option(help: ArgumentHelp("Decimal separator of numbers.", valueName: "character"))
    var decimalSeparator = "."

    @Option(help: ArgumentHelp("Separator of groups of three digits.", valueName: "character"))
    var thousandsSeparator: String?

    @Flag(help: "The first line is a row; columns are named 1, 2, 3, ….")
    var noHeader = false

    func validate() throws {
        for (name, text) in [("separator", separatorText), ("decimal-separator", decimalSeparator)]
            + (thousandsSeparator.map { [("thousands-separator", $0)] } ?? [])
        where text.count != 1 {
            throw ValidationError("--\(name) is '\(text)'; it must be one character.")
        }
    }

    private var separatorText: String { separator == "tab" ? "\t" : separator }
    var separatorCharacter: Character { separatorText.first ?? "," }
    var decimalCharacter: Character { decimalSeparator.first ?? "." }
    var thousandsCharacter: Character? { thousandsSeparator?.first }
    var missingTexts: Set<String> { CSV.missing.union(missing) }
}
