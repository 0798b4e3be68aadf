import Foundation

/// Writes a Swift file with a function for each section of Markdown files.
///
/// usage: DocumentationCode OUTPUT.swift ARTICLE.md…
@main
struct DocumentationCode {
    static func main() throws {
        let paths = CommandLine.arguments.dropFirst()
        var functions: [String] = []
        var table: [String] = []
        for path in paths.dropFirst() {
            let article = try Article(URL(filePath: path))
            for section in article.sections where section.hasSwift || !section.python.isEmpty {
                let name = "section\(table.count)"
                let title = section.title == article.name ? article.name : "\(article.name): \(section.title)"
                table.append(
                    "        Section(\(literal(title)), pythonModules: \(modules(section.python)), \(name)),")
                functions.append(function(name, article.setup, section))
            }
        }
        let text = """
            import Foundation
            import Perceptron
            import PerceptronONNX
            import PerceptronTesting
            import Synchronization
            import TestSupport
            import Testing

            extension Section {
                static let all: [Section] = [
            \(table.joined(separator: "\n"))
                ]
            }

            \(functions.joined(separator: "\n"))
            """
        try text.write(to: URL(filePath: paths.first!), atomically: true, encoding: .utf8)
    }

    private static func function(_ name: String, _ setup: [String], _ section: Article.Section) -> String {
        var lines = section.lines
        if !section.python.isEmpty {
            let program = ["#sourceLocation()", "try Python.run(#\"\"\""] + section.python + ["\"\"\"#, in: folder)"]
            lines.insert(contentsOf: program, at: section.pythonEnd)
        }
        // Not every section needs all that is set up.
        let uses = setup.compactMap { line -> String? in
            guard line.hasPrefix("let ") || line.hasPrefix("var ") else { return nil }
            let words = line.prefix { $0 != "=" && $0 != ":" }.split(separator: " ")
            return "isUsed(\(words[0] == "var" ? "&" : "")\(words[1]))"
        }
        let body = (setup + uses + lines).joined(separator: "\n")
        let effects = body.contains("await ") ? "async throws" : "throws"
        return "private func \(name)(folder: URL, print: Printer) \(effects) {\n\(body)\n#sourceLocation()\n}\n"
    }

    /// The modules that a program imports.
    private static func modules(_ python: [String]) -> [String] {
        let names = python.compactMap { line -> String? in
            let words = line.split(separator: " ")
            guard words.count > 1, words[0] == "import" || words[0] == "from" else { return nil }
            return words[1].split(separator: ".").first.map(String.init)
        }
        return Set(names).sorted()
    }

    private static func literal(_ text: String) -> String { "#\"\(text)\"#" }
}
