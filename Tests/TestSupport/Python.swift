import Foundation

/// The interpreter that the tests compare with; `PERCEPTRON_PYTHON` names it.
package enum Python {
    package static let path: String? = ProcessInfo.processInfo.environment["PERCEPTRON_PYTHON"]

    /// Whether it has PyTorch, which has no wheel for processors alone in the usual index.
    package static let hasTorch = has(["torch"])

    /// Whether it has some modules.
    package static func has(_ modules: [String]) -> Bool {
        (try? withTemporaryFolder { try run("import \(modules.joined(separator: ", "))", in: $0) }) != nil
    }

    /// Runs a program in a folder, and returns what it prints.
    @discardableResult
    package static func run(_ program: String, in folder: URL) throws -> String {
        try run(arguments: ["-c", program], in: folder)
    }

    /// Runs one of the files in a folder `Scripts` beside the test that calls it, and returns what it prints.
    package static func run(_ script: String, _ arguments: [String], beside test: String = #filePath) throws -> String {
        let file = URL(filePath: test).deletingLastPathComponent().appending(path: "Scripts/\(script)")
        return try withTemporaryFolder { folder in
            try run(arguments: [file.path(percentEncoded: false)] + arguments, in: folder)
        }
    }

    private static func run(arguments: [String], in folder: URL) throws -> String {
        guard let path else { throw HostProgram.Failure(description: "PERCEPTRON_PYTHON is not set") }
        return String(decoding: try HostProgram.run(path, arguments, in: folder), as: UTF8.self)
    }
}
