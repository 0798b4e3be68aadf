import Foundation
import TestSupport
import Testing

@testable import Perceptron

/// A pipeline that was trained, or loaded from a file, reads the next file by itself.
@Suite struct PipelineCSVTests {
    private static let training = """
        size,colour,weight,kind
        1,red,5,yes
        2,blue,3,no
        3,red,,yes
        4,green,1,no
        5,blue,2,yes
        6,red,4,no

        """

    private static func data(_ text: String, in folder: TemporaryFolder) throws -> URL {
        let file = folder.url.appending(path: "file\(text.hashValue).csv")
        try text.write(to: file, atomically: true, encoding: .utf8)
        return file
    }

    private static func trained(_ folder: TemporaryFolder, outputs: Int? = nil) throws -> Pipeline<Double> {
        let file = try data(training, in: folder)
        var pipeline = Pipeline<Double>(
            preprocessing: Preprocessing(numeric: .standard, missing: .mean(), categorical: .oneHot(unseen: .ignore)),
            seed: 1
        ) { [Linear($0, outputs ?? $1), outputs == 1 ? Sigmoid() : Softmax()] as [any Layer] }
        let loss: any Loss = outputs == 1 ? BinaryCrossEntropy() : CrossEntropy()
        try pipeline.train(on: Dataset(csv: file, target: "kind"), loss: loss, epochs: 3, progress: .silent)
        return pipeline
    }

    /// In another order, with a column too many, new categories, missing values and without the target.
    private static let next = "id,colour,weight,size\nq,red,5,1\nr,blue,3,2\ns,red,NA,3\nt,violet,1,?\n"
    private static let inOrder = "size,colour,weight,kind\n1,red,5,yes\n2,blue,3,no\n3,red,,yes\n,violet,1,no\n"

    @Test func readsTheNextFile() throws {
        let folder = try TemporaryFolder()
        let pipeline = try Self.trained(folder)
        #expect(
            pipeline.columns == [
                Column("size"), Column("colour", .categorical(categories: ["blue", "green", "red"])), Column("weight"),
            ])
        let next = try Self.data(Self.next, in: folder)
        let expected = try pipeline.predict(Dataset(csv: Self.data(Self.inOrder, in: folder), target: "kind"))
        #expect(try pipeline.predict(csv: next) == expected)
        // A data set in another order, too.
        #expect(try pipeline.predict(Dataset(csv: next, ignoring: ["id"])) == expected)
        let saved = folder.url.appending(path: "pipeline.safetensors")
        try pipeline.save(to: saved)
        let loaded = try Pipeline<Double>(contentsOf: saved)
        #expect(loaded.columns == pipeline.columns)
        #expect(try loaded.predict(csv: next) == expected)

        let file = folder.url.appending(path: "predictions.csv")
        try loaded.write(predictionsFor: next, to: file)
        let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
        #expect(lines.count == 5)
        #expect(lines[0] == "kind,P(no),P(yes)")
        let labels = try pipeline.predictLabels(Dataset(csv: next, ignoring: ["id"]))
        for (row, line) in lines.dropFirst().enumerated() {
            #expect(line == "\(labels[row]),\(expected[row, 0]),\(expected[row, 1])")
        }
    }

    /// More rows than a block has: what is written is what `predict` gives for all at once.
    @Test func manyRowsAreWrittenInBlocks() throws {
        let folder = try TemporaryFolder()
        let pipeline = try Self.trained(folder)
        let rows = (0..<9000).map { "\($0 % 11),\(["red", "blue", "violet"][$0 % 3]),\($0 % 5)" }
        let file = try Self.data("size,colour,weight\n" + rows.joined(separator: "\n") + "\n", in: folder)
        let predictions = folder.url.appending(path: "predictions.csv")
        try pipeline.write(predictionsFor: file, to: predictions)
        let outputs = try pipeline.predict(csv: file)
        let expected = (0..<9000).map { (row: Int) -> String in
            "\(outputs[row, 1] > outputs[row, 0] ? "yes" : "no"),\(outputs[row, 0]),\(outputs[row, 1])"
        }
        let written = try String(contentsOf: predictions, encoding: .utf8).split(separator: "\n").map(String.init)
        #expect(written == ["kind,P(no),P(yes)"] + expected)

        // A fault in a later block leaves what was there.
        let damaged = try Self.data("size,colour,weight\n" + rows.joined(separator: "\n") + "\n1,red\n", in: folder)
        let message = errorMessage { try pipeline.write(predictionsFor: damaged, to: predictions) }
        #expect(message.hasSuffix(": line 9002: 2 fields; the header has 3"))
        #expect(try String(contentsOf: predictions, encoding: .utf8).split(separator: "\n").count == 9001)
    }

    @Test func oneOutputForTwoClasses() throws {
        let folder = try TemporaryFolder()
        let pipeline = try Self.trained(folder, outputs: 1)
        let file = folder.url.appending(path: "predictions.csv")
        try pipeline.write(predictionsFor: Self.data(Self.next, in: folder), to: file)
        let text = try String(contentsOf: file, encoding: .utf8)
        #expect(text.hasPrefix("kind,P(yes)\n"))
    }

    @Test func values() throws {
        let folder = try TemporaryFolder()
        let file = try Self.data("x;y\n1,5;2\n2,5;4\n3,5;6\n", in: folder)
        var pipeline = Pipeline<Double> { [Linear($0, $1)] }
        try pipeline.train(
            on: Dataset(csv: file, target: "y", separator: ";", decimalSeparator: ","), loss: MeanSquaredError(),
            epochs: 1,
            progress: .silent)
        let predictions = folder.url.appending(path: "predictions.csv")
        try pipeline.write(predictionsFor: file, to: predictions, separator: ";", decimalSeparator: ",")
        let outputs = try pipeline.predict(csv: file, separator: ";", decimalSeparator: ",")
        #expect(
            try String(contentsOf: predictions, encoding: .utf8)
                == "y\n" + outputs.elements.map { "\($0)\n" }.joined())
    }

    @Test func faults() throws {
        let folder = try TemporaryFolder()
        let file = try Self.data("size,weight\n1,2\n", in: folder)
        let untrained = Pipeline<Double> { [Linear($0, $1)] }
        #expect(untrained.columns.isEmpty)
        #expect(throws: PerceptronError.invalidState("the pipeline is not trained yet; call train first")) {
            try untrained.predict(csv: file)
        }
        let path = file.path(percentEncoded: false)
        #expect(
            throws: PerceptronError.invalidFile(
                "\(path): no column \"colour\" for the inputs; it has \"size\", \"weight\"")
        ) { try Self.trained(folder).predict(csv: file) }
    }
}
