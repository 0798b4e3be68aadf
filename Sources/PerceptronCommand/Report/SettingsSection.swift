import Perceptron

/// Everything needed to reproduce the result.
struct SettingsSection: ReportSection {
    let title = "Settings"
    /// The command line, beginning with the command itself.
    let command: [String]
    let settings: [(name: String, value: String)]

    var body: Markup {
        let table = MarkupTable(
            caption: "Settings and versions", headings: [.text("Setting"), .text("Value")],
            rows: settings.map { [Markup($0.name), Markup($0.value)] })
        return """
            <p>The same command reproduces the model and the report, with any number of threads; on another kind of \
            processor, or with another OpenBLAS, the last digits may differ.</p>
            <pre><code>\(command.map(SettingsSection.quoted).joined(separator: " "))</code></pre>
            \(table.markup)
            """
    }

    /// An argument quoted for a shell.
    static func quoted(_ argument: String) -> String {
        let isPlain = argument.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: "-_./:=,+@%".utf8.contains(byte)
            }
        }
        if isPlain, !argument.isEmpty { return argument }
        return "'" + argument.replacing("'", with: "'\\''") + "'"
    }
}
