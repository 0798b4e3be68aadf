import ArgumentParser
import Foundation
import Perceptron

/// Where to write a model and its report.
struct ModelFiles: ParsableArguments {
    @Option(name: .shortAndLong, help: ArgumentHelp("Write the model to this file.", valueName: "model.safetensors"))
    var output: String

    @Option(
        help: ArgumentHelp(
            "Write the report to this file (default: beside the model, such as price.html beside price.safetensors).",
            valueName: "file.html"))
    var report: String?

    @Flag(help: "Write no report.")
    var noReport = false

    var model: URL { URL(filePath: output) }

    /// The report; nil if none is wanted.
    var page: URL? {
        if noReport { return nil }
        return report.map { URL(filePath: $0) } ?? model.deletingPathExtension().appendingPathExtension("html")
    }

    /// Throws if one file would replace another.
    func check(table: String) throws {
        if noReport, report != nil { throw ValidationError("--report and --no-report can't both be given.") }
        if model.isSameFile(as: URL(filePath: table)) {
            throw ValidationError("The model would replace the table, \(table).")
        }
        guard let page else { return }
        for (name, path) in [("the model", output), ("the table", table)] where page.isSameFile(as: URL(filePath: path))
        {
            throw ValidationError("The report would replace \(name), \(path); give --report FILE or --no-report.")
        }
    }

    /// Throws if a file can't be written: better before hours of training than after.
    func checkPlaces() throws(PerceptronError) {
        try AtomicFile.check(model)
        if let page { try AtomicFile.check(page) }
    }
}

extension URL {
    func isSameFile(as other: URL) -> Bool { standardizedFileURL == other.standardizedFileURL }
}
