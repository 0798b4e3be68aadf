import ArgumentParser
import Foundation
import Perceptron

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

    @Option(
        help: ArgumentHelp(
            "The column that says which rows belong together, as those of one customer: they are trained on or held out "
                + "together, and nothing is predicted from it.", valueName: "column"))
    var group: String?

    @Flag(help: "The rows follow each other in time: what is held out comes after what is trained on.")
    var forward = false

    @OptionGroup(title: "Format of the table") var format: TableFormat

    func validate() throws {
        if group != nil, forward { throw ValidationError("--group and --forward can't both be given.") }
    }

    var order: SplitOrder { forward ? .forward : .shuffled }

    func read() throws(PerceptronError) -> Dataset<Float> {
        let data = try Dataset<Float>(
            csv: URL(filePath: file), target: target, targetKind: classes ? .classes : .automatic, weights: weights,
            ignoring: ignore, categorical: categorical + (group.map { [$0] } ?? []), header: !format.noHeader,
            separator: format.separatorCharacter, missing: format.missingTexts,
            decimalSeparator: format.decimalCharacter, thousandsSeparator: format.thousandsCharacter)
        return try group.map { (name) throws(PerceptronError) in try data.grouped(by: .column(name)) } ?? data
    }

    /// The lines in which rows begin; none of what can be read only once, as a pipe.
    func lines(ofRows rows: [Int]) throws(PerceptronError) -> [Int: Int] {
        let url = URL(filePath: file)
        let values = try? url.resolvingSymlinksInPath().resourceValues(forKeys: [.isRegularFileKey])
        guard values?.isRegularFile == true else { return [:] }
        return try CSV.lines(
            ofRows: rows, in: url, header: !format.noHeader, separator: format.separatorCharacter)
    }

    /// What a report says of how rows are held out.
    var settings: [(name: String, value: String)] {
        (group.map { [("Rows together by", $0)] } ?? []) + (forward ? [("Order of the rows", "as time goes")] : [])
    }
}
