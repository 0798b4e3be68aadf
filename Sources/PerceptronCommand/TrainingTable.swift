import ArgumentParser
import Foundation
import Perceptron

/// A table with a target.
struct TrainingTable: ParsableArguments {
    @Argument(
        help: ArgumentHelp(
            "A CSV file whose first line names the columns; '-' for standard input.", valueName: "file.csv"))
    var file: String

    @Option(help: ArgumentHelp("Column to predict.", valueName: "column"))
    var target: String

    @Flag(help: "Treat the target's numbers as classes, not values.")
    var classes = false

    @Option(help: ArgumentHelp("Column to leave out; may be repeated.", valueName: "column"))
    var ignore: [String] = []

    @Option(help: ArgumentHelp("Column whose numbers are categories; may be repeated.", valueName: "column"))
    var categorical: [String] = []

    @Option(help: ArgumentHelp("Column of weights: how many rows each row counts as.", valueName: "column"))
    var weights: String?

    @Option(
        help: ArgumentHelp(
            "Column that groups rows, such as those of one customer: a group is either trained on or held out, and the "
                + "column is not used for prediction.", valueName: "column"))
    var group: String?

    @Flag(help: "Rows are in the order of time: hold out the last ones.")
    var forward = false

    @OptionGroup(title: "Format of the table") var format: TableFormat

    func validate() throws {
        if group != nil, forward { throw ValidationError("--group and --forward can't both be given.") }
    }

    var order: SplitOrder { forward ? .forward : .shuffled }

    func read() throws(PerceptronError) -> Dataset<Float> {
        let data = try InputFile.reading(file) { (url) throws(PerceptronError) in
            try Dataset<Float>(
                csv: url, target: target, targetKind: classes ? .classes : .automatic, weights: weights,
                ignoring: ignore, categorical: categorical + (group.map { [$0] } ?? []), header: !format.noHeader,
                separator: format.separatorCharacter, missing: format.missingTexts,
                decimalSeparator: format.decimalCharacter, thousandsSeparator: format.thousandsCharacter)
        }
        return try group.map { (name) throws(PerceptronError) in try data.grouped(by: .column(name)) } ?? data
    }

    /// The lines in which rows begin; empty if the file can be read only once, as a pipe.
    func lines(ofRows rows: [Int]) throws(PerceptronError) -> [Int: Int] {
        let url = URL(filePath: file)
        let values = try? url.resolvingSymlinksInPath().resourceValues(forKeys: [.isRegularFileKey])
        guard values?.isRegularFile == true else { return [:] }
        return try CSV.lines(
            ofRows: rows, in: url, header: !format.noHeader, separator: format.separatorCharacter)
    }

    /// How rows are held out, as a report shows it.
    var settings: [(name: String, value: String)] {
        (group.map { [("Rows grouped by", $0)] } ?? []) + (forward ? [("Order of the rows", "time")] : [])
    }
}
