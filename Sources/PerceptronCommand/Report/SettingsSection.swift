import Perceptron

/// All that is needed to make the same once more.
struct SettingsSection: ReportSection {
    let title = "Settings"
    /// The command line, the command itself first.
    let command: [String]
    let settings: [(name: String, value: String)]

    var body: Markup {
        let table = MarkupTable(
            caption: "What it was made with", headings: [.text("Setting"), .text("Value")],
            rows: settings.map { [Markup($0.name), Markup($0.value)] })
        return """
            <p>The same command makes the same model and the same report again, with any number of threads; on processors \
            of another kind, and with another OpenBLAS, the last digits may differ.</p>
            <pre><code>\(command.map(SettingsSection.quoted).joined(separator: " "))</code></pre>
            \(table.markup)
            """
    }

    /// An argument as a shell takes it.
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
