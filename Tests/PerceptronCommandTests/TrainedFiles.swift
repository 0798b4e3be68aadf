import Foundation
import TestSupport

/// Models that many tests read, each trained once by the command.
final class TrainedFiles: @unchecked Sendable {
    /// A number from `MadeTable.line`, with intervals.
    static let line = TrainedFiles(
        MadeTable.line(rows: 200),
        ["--target", "y", "--recipe", "plain", "--layers", "8 tanh", "--epochs", "8", "--intervals"])
    /// One of three classes with names that want to be something else.
    static let hostile = TrainedFiles(
        MadeTable.hostile(), ["--target", MadeTable.target, "--recipe", "plain", "--layers", "8 tanh", "--epochs", "8"])

    private let files: Result<TemporaryFolder, any Error>

    private init(_ table: String, _ arguments: [String]) {
        files = Result {
            let folder = try TemporaryFolder()
            try Data(table.utf8).write(to: folder.file("table.csv"))
            try Command.run(
                ["train", "table.csv", "-o", "model.safetensors", "--no-report", "--seed", "3"] + arguments,
                in: folder.url)
            return folder
        }
    }

    /// Calls `body` with a folder of its own, in which the table and the model are.
    func with<Value>(_ body: (URL) throws -> Value) throws -> Value {
        let source = try files.get()
        return try withTemporaryFolder { folder in
            for name in ["table.csv", "model.safetensors"] {
                try FileManager.default.copyItem(at: source.file(name), to: folder.appending(path: name))
            }
            return try body(folder)
        }
    }
}
