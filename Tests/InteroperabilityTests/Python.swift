import Foundation
import TestSupport

/// The interpreter that the tests compare with; `PERCEPTRON_PYTHON` names it.
enum Python {
    static let path: String? = ProcessInfo.processInfo.environment["PERCEPTRON_PYTHON"]

    /// Whether it has PyTorch, which has no wheel for processors alone in the usual index.
    static let hasTorch: Bool = {
        guard let path else { return false }
        return (try? withTemporaryFolder { try HostProgram.run(path, ["-c", "import torch"], in: $0) }) != nil
    }()

    /// Runs one of the files in `Scripts`, and returns what it prints.
    static func run(_ script: String, _ arguments: [String]) throws -> String {
        guard let path else { throw HostProgram.Failure(description: "PERCEPTRON_PYTHON is not set") }
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Scripts/\(script)")
        return try withTemporaryFolder { folder in
            let printed = try HostProgram.run(path, [file.path(percentEncoded: false)] + arguments, in: folder)
            return String(decoding: printed, as: UTF8.self)
        }
    }
}
