import Foundation

/// The interpreter that the tests compare with; `PERCEPTRON_PYTHON` names it.
enum Python {
    static let path: String? = ProcessInfo.processInfo.environment["PERCEPTRON_PYTHON"]

    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// Runs one of the files in `Scripts`, and returns what it prints.
    static func run(_ script: String, _ arguments: [String]) throws -> String {
        guard let path else { throw Failure(description: "PERCEPTRON_PYTHON is not set") }
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Scripts/\(script)")
        let process = Process()
        process.executableURL = URL(filePath: path)
        process.arguments = [file.path(percentEncoded: false)] + arguments
        let (output, errors) = (Pipe(), Pipe())
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        // What it prints must be read while it runs, or it waits for room.
        let printed = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        let complaint = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failure(description: "\(script): \(complaint)") }
        return printed
    }
}
