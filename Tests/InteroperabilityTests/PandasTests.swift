import Foundation
import TestSupport
import Testing

@testable import Perceptron

/// pandas reads the CSV that is written here, and the other way round.
@Suite(.enabled(if: Python.path != nil, "PERCEPTRON_PYTHON must name a Python with pandas"))
struct PandasTests {
    /// A table as the scripts print it: bits of numbers, texts, nil for what is missing.
    private struct Table: Decodable {
        struct File: Decodable {
            let path: String
            let separator: String
            /// Whether texts with blanks around them are in quotes.
            let quotesBlanks: Bool
        }
        let names: [String]
        let rows: [[String?]]
        let files: [File]?
    }

    private func withFile(_ body: (URL) throws -> Void) throws {
        try withTemporaryFolder { folder in try body(folder.appending(path: "file.csv")) }
    }

    private func read(_ url: URL, separator: String = ",", header: Bool) throws -> Table {
        let path = url.path(percentEncoded: false)
        let printed = try Python.run("pandas_reads.py", [path, separator, header ? "header" : "no-header"])
        return try JSONDecoder().decode(Table.self, from: Data(printed.utf8))
    }

    private func shown(_ value: Double) -> String? {
        guard !value.isNaN else { return nil }
        let digits = String(value.bitPattern, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    @Test(arguments: [",", ";", "\t"] as [Character]) func readsMatrices(separator: Character) throws {
        var generator = RandomGenerator(seed: 3)
        var elements: [Double] = (0..<3000).map { _ in Double(bitPattern: generator.next()) }
        elements += (0..<3000).map { Double($0 - 1500) / 100 }
        elements += [0, -0.0, .infinity, -.infinity, .nan, .leastNonzeroMagnitude, .greatestFiniteMagnitude, 0.5, 1]
        let matrix = Matrix<Double>(rows: elements.count / 3, columns: 3, elements: elements)
        try withFile { url in
            for names in [nil, ["a", "b \(separator) c", "\"d\""]] {
                try matrix.write(csv: url, header: names, separator: separator)
                let table = try read(url, separator: String(separator), header: names != nil)
                #expect(table.names == names ?? ["0", "1", "2"])
                #expect(table.rows.flatMap { $0 } == elements.map(shown))
            }
        }
    }

    @Test func readsDatasets() throws {
        var generator = RandomGenerator(seed: 4)
        let texts = ["a,b", "c \"d\"", "e\nf", "é日🙂", " g ", "h;i", "'", "j\tk"]
        let rows = 100
        var inputs = Matrix<Double>(rows: rows, columns: 2)
        for row in 0..<rows {
            inputs[row, 0] = row % 7 == 0 ? .nan : generator.nextNormalPair().0
            let code = generator.nextInteger(below: texts.count + 1)
            inputs[row, 1] = code == texts.count ? .nan : Double(code)
        }
        let labels = (0..<rows).map { _ in generator.nextInteger(below: texts.count) }
        let dataset = Dataset<Double>(
            storage: .init(
                inputs: inputs, targets: .classes(labels), weights: nil,
                columns: [Column("number"), Column("text", .categorical(categories: texts))], targetNames: ["label"],
                labelNames: texts))
        try withFile { url in
            try dataset.write(csv: url)
            let table = try read(url, header: true)
            #expect(table.names == ["number", "text", "label"])
            #expect(
                table.rows
                    == (0..<rows).map { row in
                        let code = inputs[row, 1]
                        return [shown(inputs[row, 0]), code.isNaN ? nil : texts[Int(code)], texts[labels[row]]]
                    })
        }
    }

    @Test func everyFileThatPandasWritesIsRead() throws {
        try withFile { url in
            let folder = url.deletingLastPathComponent().path(percentEncoded: false)
            let table = try JSONDecoder().decode(
                Table.self, from: Data(try Python.run("pandas_writes.py", [folder]).utf8))
            let files = try #require(table.files)
            #expect(files.count == 96)
            for file in files {
                let dataset = try Dataset<Double>(
                    csv: URL(filePath: file.path), target: table.names[5], separator: Character(file.separator))
                let storage = dataset.storage
                #expect(storage.columns.map(\.name) == Array(table.names.prefix(5)), "\(file)")
                guard case .categorical(let categories) = storage.columns[4].kind,
                    case .classes(let classes) = storage.targets
                else {
                    Issue.record("\(file): \(storage.columns)")
                    continue
                }
                let rows = (0..<storage.inputs.rows).map { row in
                    let code = storage.inputs[row, 4]
                    return (0..<4).map { shown(storage.inputs[row, $0]) }
                        + [code.isNaN ? nil : categories[Int(code)], storage.labelNames[classes[row]]]
                }
                let expected = table.rows.map { row in
                    row.map { $0 == " blanks " && !file.quotesBlanks ? "blanks" : $0 }
                }
                #expect(rows == expected, "\(file)")
            }
        }
    }
}
