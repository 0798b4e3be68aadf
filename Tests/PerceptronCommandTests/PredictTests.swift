import Foundation
import Perceptron
import TestSupport
import Testing

/// `perceptron predict`, from files, pipes and standard input.
@Suite struct PredictTests {
    /// What the library predicts for a table, as the command must write it.
    private static func expected(_ folder: URL, interval: Double? = nil) throws -> String {
        let model = try TabularModel<Float>(contentsOf: folder.appending(path: "model.safetensors"))
        let data = try Dataset<Float>(csv: folder.appending(path: "table.csv"), columns: model.columns)
        let outputs = try model.predict(data)
        let labels = model.labelNames
        var text = (model.targetNames + labels.map { "P(\($0))" }).map(quoted).joined(separator: ",")
        let bounds = try interval.map { try model.predictionInterval($0, for: data) }
        if bounds != nil { text += ",lower(\(model.targetNames[0])),upper(\(model.targetNames[0]))" }
        for row in 0..<data.rows {
            var fields = labels.isEmpty ? [] : [quoted(try model.predictLabels(data.rows([row]))[0])]
            fields += (0..<outputs.columns).map { "\(outputs[row, $0])" }
            if let bounds { fields += ["\(bounds.lower[row, 0])", "\(bounds.upper[row, 0])"] }
            text += "\n" + fields.joined(separator: ",")
        }
        return text + "\n"
    }

    private static func quoted(_ text: String) -> String {
        text.contains { ",\"\n".contains($0) } ? "\"" + text.replacing("\"", with: "\"\"") + "\"" : text
    }

    @Test(arguments: [TrainedFiles.line, .hostile]) func writesWhatTheLibraryPredicts(_ files: TrainedFiles) throws {
        try files.with { folder in
            let expected = try Self.expected(folder)
            let arguments = ["predict", "model.safetensors"]
            let printed = try Command.outcome(arguments + ["table.csv"], in: folder)
            #expect(printed.status == 0 && printed.output == expected && printed.errors.isEmpty)

            try Command.run(arguments + ["table.csv", "-o", "p.csv"], in: folder)
            #expect(try String(contentsOf: folder.appending(path: "p.csv"), encoding: .utf8) == expected)

            let table = try FileHandle(forReadingFrom: folder.appending(path: "table.csv"))
            #expect(try Command.outcome(arguments + ["-"], in: folder, input: table).output == expected)

            // Standard input that comes bit by bit, and ends when it ends.
            let pipe = Pipe()
            let bytes = try Data(contentsOf: folder.appending(path: "table.csv"))
            let piped = try Command.outcome(arguments + ["-"], in: folder, input: pipe.fileHandleForReading) { _, _ in
                for start in stride(from: 0, to: bytes.count, by: 1000) {
                    try pipe.fileHandleForWriting.write(contentsOf: bytes[start..<min(start + 1000, bytes.count)])
                }
                try pipe.fileHandleForWriting.close()
            }
            #expect(piped.status == 0 && piped.output == expected)
        }
    }

    @Test func intervalsStandBesideTheValues() throws {
        try TrainedFiles.line.with { folder in
            let expected = try Self.expected(folder, interval: 0.8)
            let arguments = ["predict", "model.safetensors", "table.csv", "--interval", "0.8"]
            #expect(try Command.run(arguments, in: folder) == expected)
            try Command.run(arguments + ["-o", "p.csv"], in: folder)
            #expect(try String(contentsOf: folder.appending(path: "p.csv"), encoding: .utf8) == expected)
        }
        let classes = try TrainedFiles.hostile.with { folder in
            try Command.outcome(["predict", "model.safetensors", "table.csv", "--interval", "0.8"], in: folder)
        }
        #expect(classes.status == 1 && classes.output.isEmpty)
        #expect(
            classes.errors == "perceptron: the model predicts classes, which have probabilities instead of intervals\n")
    }

    struct Row: Decodable {
        let prediction: [String: JSONText]
        let probabilities: [String: Float]?
        let lower: [String: Float]?
        let upper: [String: Float]?
    }

    /// A number or a text.
    enum JSONText: Decodable, Equatable {
        case number(Float)
        case text(String)

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            self = try (try? container.decode(Float.self)).map { .number($0) } ?? .text(container.decode(String.self))
        }
    }

    @Test(arguments: [TrainedFiles.line, .hostile]) func anObjectForEachRow(_ files: TrainedFiles) throws {
        try files.with { folder in
            let model = try TabularModel<Float>(contentsOf: folder.appending(path: "model.safetensors"))
            let data = try Dataset<Float>(csv: folder.appending(path: "table.csv"), columns: model.columns)
            let interval = model.hasIntervals ? ["--interval", "0.9"] : []
            let lines = try Command.run(["predict", "model.safetensors", "table.csv", "--json"] + interval, in: folder)
                .split(separator: "\n")
            #expect(lines.count == data.rows)
            let outputs = try model.predict(data)
            for (row, line) in lines.enumerated() {
                let object = try JSONDecoder().decode(Row.self, from: Data(line.utf8))
                if model.labelNames.isEmpty {
                    let bounds = try model.predictionInterval(for: data.rows([row]))
                    #expect(object.prediction == ["y": .number(outputs[row, 0])])
                    // By itself a row's last bits are others.
                    #expect(abs((object.lower?["y"] ?? .nan) - bounds.lower[0, 0]) < 1e-5)
                    #expect(abs((object.upper?["y"] ?? .nan) - bounds.upper[0, 0]) < 1e-5)
                } else {
                    let label = try model.predictLabels(data.rows([row]))[0]
                    #expect(object.prediction == [MadeTable.target: .text(label)])
                    #expect(
                        object.probabilities
                            == Dictionary(
                                uniqueKeysWithValues: model.labelNames.enumerated().map { ($1, outputs[row, $0]) }))
                }
            }
        }
    }

    /// A table of ten times the rows needs no more memory; where code is optimised, more rows are tried.
    @Test func memoryDoesNotGrowWithTheTable() throws {
        #if DEBUG
            let rows = 10_000
        #else
            let rows = 100_000
        #endif
        try withTemporaryFolder { folder in
            let columns = (0..<20).map { "c\($0)" }
            let lines = (0..<rows).map { row in
                (columns.indices.map { "\((row + $0) % 10)" } + ["\(row % 7)"]).joined(separator: ",") + "\n"
            }
            let header = (columns + ["y"]).joined(separator: ",") + "\n"
            func write(_ name: String, _ rows: some Sequence<String>, times: Int) throws {
                let url = folder.appending(path: name)
                try Data(header.utf8).write(to: url)
                let file = try FileHandle(forWritingTo: url)
                try file.seekToEnd()
                let bytes = Data(rows.joined().utf8)
                for _ in 0..<times { try file.write(contentsOf: bytes) }
                try file.close()
            }
            try write("training.csv", lines.prefix(100), times: 1)
            try write("small.csv", lines, times: 1)
            try write("large.csv", lines, times: 10)
            try Command.run(
                [
                    "train", "training.csv", "--target", "y", "--layers", "4 relu", "--epochs", "1", "--no-report",
                    "-o",
                    "model.safetensors",
                ], in: folder)
            let peaks = try ["./small.csv", "./large.csv"].map {
                try Command.peakMemory(["predict", "./model.safetensors", $0], in: folder)
            }
            #expect(peaks[1] < peaks[0] + 6_000_000, "\(peaks) bytes")
        }
    }
}
