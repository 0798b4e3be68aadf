import Foundation

/// The code of a Markdown file, section by section.
///
/// A section begins with a heading of the second level, or with the file. Its blocks of Swift are one function, and its
/// blocks of Python are one program, which runs where the last of them stands. Comments that readers don't see
/// complete the code:
///
///     <!-- setup            before the first heading: begins every section of the file; elsewhere: stands where it is
///     let x = …
///     -->
///     <!-- test             what must be true there
///     #expect(x == …)
///     -->
struct Article {
    struct Section {
        let title: String
        /// Swift, line by line, with marks that lead the compiler's messages to the Markdown.
        var lines: [String] = []
        var python: [String] = []
        var pythonEnd = 0
        var hasSwift = false
    }

    let name: String
    private(set) var setup: [String] = []
    private(set) var sections: [Section]

    init(_ url: URL) throws {
        let path = url.path(percentEncoded: false)
        name = url.lastPathComponent
        sections = [Section(title: name)]
        var block: (kind: String, end: String, first: Int, lines: [String])?
        let text = try String(contentsOf: url, encoding: .utf8)
        for (index, line) in text.components(separatedBy: "\n").enumerated() {
            if let open = block {
                if line.trimmingCharacters(in: .whitespaces) == open.end {
                    add(open.kind, open.lines, at: "#sourceLocation(file: \"\(path)\", line: \(open.first))")
                    block = nil
                } else {
                    block?.lines.append(line)
                }
            } else if line.hasPrefix("```") {
                block = (String(line.dropFirst(3)), "```", index + 2, [])
            } else if line == "<!-- setup" || line == "<!-- test" {
                block = (String(line.dropFirst(5)), "-->", index + 2, [])
            } else if line.hasPrefix("## ") {
                sections.append(Section(title: String(line.dropFirst(3))))
            }
        }
        if let block { throw UnclosedBlock(path: path, line: block.first - 1) }
    }

    private mutating func add(_ kind: String, _ lines: [String], at location: String) {
        let last = sections.count - 1
        switch kind {
        case "setup" where last == 0:
            setup += [location] + lines
        case "setup", "test":
            sections[last].lines += [location] + lines
        case "swift" where lines.first?.hasPrefix("// swift-tools-version") != true:
            sections[last].lines += [location] + lines.filter { !$0.hasPrefix("import ") }
            sections[last].hasSwift = true
        case "python":
            sections[last].python += lines
            sections[last].pythonEnd = sections[last].lines.count
        default: break
        }
    }

    struct UnclosedBlock: Error, CustomStringConvertible {
        let path: String
        let line: Int
        var description: String { "\(path):\(line): error: the block that begins here has no end" }
    }
}
