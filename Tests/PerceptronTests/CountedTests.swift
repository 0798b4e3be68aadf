import Testing

@testable import Perceptron

/// Counts in messages: one of a thing is no more than one.
@Suite struct CountedTests {
    @Test(arguments: [
        (0, "0 rows", "there are 0 classes"), (1, "1 row", "there is 1 class"), (2, "2 rows", "there are 2 classes"),
    ])
    func words(count: Int, rows: String, classes: String) {
        #expect(counted(count, "row") == rows)
        #expect(thereAre(count, "class", "classes") == classes)
    }

    private static let one = Matrix<Double>([[1]])

    static let messages: [(String, @Sendable () throws(PerceptronError) -> Void)] = [
        (
            "targets have label 1 in row 0 (counted from 0); there is 1 class",
            { () throws(PerceptronError) in _ = try Dataset(inputs: one, targets: [1], labelNames: ["a"]) }
        ),
        (
            "inputs have 2.0 in row 0 (counted from 0), column \"a\"; it has 1 category, and a value is the index of one",
            { () throws(PerceptronError) in
                _ = try Dataset(inputs: Matrix<Double>([[2]]), columns: [Column("a", .categorical(categories: ["x"]))])
            }
        ),
        (
            "there is 1 row to fit to; at least 2 are needed",
            { () throws(PerceptronError) in _ = try PCAWhitening(fittedTo: one, components: .count(1)) }
        ),
        (
            "1 fold of 1 row; the number must be between 2 and that of the rows",
            { () throws(PerceptronError) in _ = try Dataset(inputs: one, targets: one).folds(1) }
        ),
        (
            "1 quantile; at least 2 are needed",
            { () throws(PerceptronError) in _ = try QuantileScaler(fittedTo: one, count: 1, output: .normal) }
        ),
        (
            "x: the file is truncated: a header of 1 dimension has 8 bytes; there are 4 bytes",
            { () throws(PerceptronError) in _ = try ArrayLayout(idx: [0, 0, 8, 1].span, name: "x") }
        ),
        (
            "x: an array of shape (2,) and type u1 has 2 bytes; the file is truncated: there is 1 byte",
            { () throws(PerceptronError) in
                let file: [UInt8] = [0, 0, 8, 1, 0, 0, 0, 2, 9]
                _ = try ArrayFormat.idx.labels(file.span, name: "x")
            }
        ),
        (
            "x: line 3, column 1 \"a\": \"y\" is not one of the 1 known class",
            { () throws(PerceptronError) in
                let source = CSVSource(name: "x", bytes: Array("a,b\nx,1\ny,1\n".utf8), chunkSize: 64)
                let selection = CSVSelection(targets: ["a"], targetKind: .classes, labels: ["x"])
                _ = try Dataset<Double>(source, CSVFormat(hasHeader: true, separator: ","), selection)
            }
        ),
        (
            "the header has 2 names; the matrix has 1 column",
            { () throws(PerceptronError) in try one.write(csv: .init(filePath: "/dev/null"), header: ["a", "b"]) }
        ),
        (
            "the matrix has 1 column; StandardScaler was fitted to 2",
            { () throws(PerceptronError) in
                _ = try StandardScaler(fittedTo: Matrix<Double>([[1, 2], [2, 3]])).transform(one)
            }
        ),
        (
            "accumulating is 0; it must be at least 1 batch",
            { () throws(PerceptronError) in
                var model = try MLP<Double>([Linear(1, 1)])
                try model.train(
                    inputs: one, targets: one, loss: MeanSquaredError(), epochs: 1, accumulating: 0, progress: .silent)
            }
        ),
    ]

    @Test(arguments: messages.indices) func isSaid(_ index: Int) {
        let (message, body) = CountedTests.messages[index]
        let error = #expect(throws: PerceptronError.self) { try body() }
        #expect(error?.description == message)
    }
}
