import Foundation
import TestSupport

/// The command `perceptron` as it was built, which lies beside the tests.
enum Command {
    private static let program = Bundle.module.bundleURL.deletingLastPathComponent().appending(path: "perceptron")

    /// Runs it in a folder, and returns what it writes to standard output; throws its status and complaints if it fails.
    @discardableResult
    static func run(_ arguments: [String], in folder: URL) throws -> String {
        let output = try HostProgram.run(program.path(percentEncoded: false), arguments, in: folder)
        return String(decoding: output, as: UTF8.self)
    }

    /// A table that the tests bring along.
    static func table(_ name: String) -> URL { Bundle.module.bundleURL.appending(path: "Tables/\(name)") }
}
