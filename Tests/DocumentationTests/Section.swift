import Foundation
import TestSupport
import Testing

/// A section of the README or of an article: its code as a function.
struct Section: Sendable, CustomTestStringConvertible {
    let title: String
    /// What its Python imports; empty where there is none.
    let pythonModules: [String]
    let run: @Sendable (_ folder: URL, _ print: Printer) async throws -> Void

    init(
        _ title: String, pythonModules: [String],
        _ run: @escaping @Sendable (_ folder: URL, _ print: Printer) async throws -> Void
    ) {
        self.title = title
        self.pythonModules = pythonModules
        self.run = run
    }

    var testDescription: String { title }

    /// Whether this machine has all that it needs.
    var isRunnable: Bool { pythonModules.isEmpty || Python.has(pythonModules) }
}
