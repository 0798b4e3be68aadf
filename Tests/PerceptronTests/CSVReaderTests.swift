import Foundation
import TestSupport
import Testing

@testable import Perceptron

#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#endif

/// Rows in blocks are the rows of the whole table, and so are the bits of what is predicted for them.
@Suite struct CSVReaderTests {
    private static let colours = ["blue", "green", "red"]
    private static let columns = [Column("size"), Column("colour", .categorical(categories: colours))]

    /// Numbers, some missing, and texts, some of them unknown; the columns in another order, with one too many.
    private static func table(rows: Int) -> String {
        var generator = RandomGenerator(seed: 2)
        var lines = ["colour,id,size"]
        for row in 0..<rows {
            let colour = row % 5 < 3 ? colours[row % 5] : row % 5 == 3 ? "\"new \(row)\"" : "café"
            lines.append("\(colour),\(row),\(row % 7 == 0 ? "" : "\(generator.nextUniform())")")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func reader(
        _ text: String, blockRows: Int? = nil, chunk: Int = 1 << 16
    ) throws -> CSVReader<Float> {
        try CSVReader(
            CSVSource(name: "file.csv", bytes: Array(text.utf8), chunkSize: chunk), columns: columns,
            CSVFormat(hasHeader: true, separator: ","), blockRows: blockRows)
    }

    /// The values of a row, categories as their texts.
    private static func texts(_ data: Dataset<Float>, _ row: Int) -> [String] {
        data.columns.enumerated().map { index, column in
            let value = data.inputs[row, index]
            guard case .categorical(let categories) = column.kind, !value.isNaN else { return "\(value)" }
            return categories[Int(value)]
        }
    }

    @Test(arguments: [0, 1, 255, 256, 257, 512, 513, 768, 769, 1300]) func blocksAreTheTable(_ rows: Int) throws {
        let whole = try TemporaryCSV.with { url in
            try Self.table(rows: rows).write(to: url, atomically: false, encoding: .utf8)
            return try Dataset<Float>(csv: url, columns: Self.columns)
        }
        var reader = try Self.reader(Self.table(rows: rows), blockRows: 256)
        var (sizes, read): ([Int], [[String]]) = ([], [])
        while let block = try reader.next() {
            #expect(reader.rowsBefore == sizes.reduce(0, +))
            sizes.append(block.rows)
            let blockTexts = (0..<block.rows).map { Self.texts(block, $0) }
            read += blockTexts
            guard case .categorical(let categories) = block.columns[1].kind else {
                Issue.record("no categories")
                return
            }
            #expect(categories.starts(with: Self.colours))
            // Those of this block and of the next rows, which are read already: of a long file not all that there are.
            #expect(categories.count <= 3 + 2 * 256 / 5 + 3)
        }
        #expect(read == (0..<rows).map { Self.texts(whole, $0) })
        #expect(sizes.dropLast().allSatisfy { $0 == 256 })
        // A short end would be predicted by itself in another way than with the others.
        #expect(sizes.count < 2 || (257...512).contains(sizes.last ?? 0))
        #expect(try reader.next() == nil)
    }

    /// Never one alone of what goes through a model together: that goes another way.
    @Test(arguments: [(1, 8192), (128, 8192), (500, 2048), (2048, 512), (20_000, 512)])
    func blocksOfManyColumnsHaveFewerRows(_ columns: Int, _ rows: Int) throws {
        let names = (0..<columns).map { "c\($0)" }
        let reader = try CSVReader<Float>(
            CSVSource(name: "wide.csv", bytes: Array(names.joined(separator: ",").utf8), chunkSize: 1 << 16),
            columns: names.map { Column($0) }, CSVFormat(hasHeader: true, separator: ","))
        #expect(reader.blockRows == rows)
    }

    /// Layers so wide that their weights are packed for many rows, and not for few.
    @Test(arguments: [200, 256, 257, 520, 770, 1000, 1300]) func bitsOfTheWholeTable(_ rows: Int) throws {
        let text = Self.table(rows: rows)
        let data = try TemporaryCSV.with { url in
            try text.write(to: url, atomically: false, encoding: .utf8)
            return try Dataset<Float>(csv: url, columns: Self.columns)
        }
        var pipeline = Pipeline<Float>(
            preprocessing: Preprocessing(missing: .mean(), categorical: .oneHot(unseen: .ignore)), seed: 1
        ) { [Linear($0, 300), Tanh(), Linear(300, 200), Tanh(), Linear(200, $1)] }
        let some = try Dataset(
            inputs: data.rows(0..<200).inputs, targets: Matrix<Float>(rows: 200, columns: 1), columns: data.columns)
        try pipeline.train(on: some, loss: MeanSquaredError(), epochs: 1, progress: .silent)
        let whole = try pipeline.predict(data)
        var reader = try Self.reader(text, blockRows: 512)
        var elements: [Float] = []
        while let block = try reader.next() { elements += try pipeline.predict(block).elements }
        #expect(elements == whole.elements)
    }

    // MARK: What can be read only once

    /// A pipe, into which somebody writes so many bytes at a time.
    private static func withPipe<Result>(
        _ bytes: [UInt8], atATime count: Int, _ body: (URL) throws -> Result
    ) throws -> Result {
        try withTemporaryFolder { folder in
            let url = folder.appending(path: "pipe")
            let path = url.path(percentEncoded: false)
            #expect(mkfifo(path, 0o600) == 0)
            let writer = Thread {
                guard let file = FileHandle(forWritingAtPath: path) else { return }
                for start in stride(from: 0, to: bytes.count, by: count) {
                    guard (try? file.write(contentsOf: bytes[start..<min(start + count, bytes.count)])) != nil else {
                        return
                    }
                }
                try? file.close()
            }
            signal(SIGPIPE, SIG_IGN)
            writer.start()
            return try body(url)
        }
    }

    @Test(arguments: [true, false], [7, 1 << 20]) func readsPipes(_ hasHeader: Bool, _ count: Int) throws {
        let lines = (0..<700).map { "\($0),\($0 * 2)" }
        let text = (hasHeader ? "a,b\n" : "") + lines.joined(separator: "\n")
        let columns = hasHeader ? [Column("b"), Column("a")] : [Column("2"), Column("1")]
        let values = try Self.withPipe(Array(text.utf8), atATime: count) { url in
            var reader = try CSVReader<Double>(url, columns: columns, header: hasHeader)
            var values: [Double] = []
            while let block = try reader.next() { values += block.inputs.elements }
            return values
        }
        let expected = (0..<700).flatMap { (row: Int) -> [Double] in [Double(2 * row), Double(row)] }
        #expect(values == expected)
    }

    @Test func saysWhatIsWrongWithAPipe() throws {
        let gzipped: [UInt8] = [0x1f, 0x8b, 8, 0, 0]
        let message = try Self.withPipe(gzipped, atATime: 5) { url in
            errorMessage { _ = try CSVReader<Float>(url, columns: [Column("a")]) }
        }
        #expect(message.hasSuffix("/pipe: is gzipped; decompress it with gunzip -c"))
        let empty = try Self.withPipe([], atATime: 1) { url in
            errorMessage { _ = try CSVReader<Float>(url, columns: [Column("a")]) }
        }
        #expect(empty.hasSuffix("/pipe: empty, or only blank lines"))
        try withTemporaryFolder { folder in
            #expect(
                errorMessage { _ = try CSVReader<Float>(folder, columns: [Column("a")]) }.hasSuffix(
                    "can't be read: not a regular file"))
        }
    }

    // MARK: Faults

    @Test func faultsOfLaterRowsHaveTheirLine() throws {
        let text = Self.table(rows: 600) + "red,1\n"
        var reader = try Self.reader(text, blockRows: 256)
        #expect(try reader.next()?.rows == 256)
        #expect(errorMessage { _ = try reader.next() } == "file.csv: line 602: 2 fields; the header has 3")

        var other = try Self.reader(Self.table(rows: 600) + "red,1,much\n", blockRows: 256)
        _ = try other.next()
        #expect(
            errorMessage { _ = try other.next() } == "file.csv: line 602, column 3 \"size\": \"much\" is not a number")
        #expect(
            errorMessage { _ = try Self.reader("colour,id\nred,1\n") }
                == "file.csv: no column \"size\" for the inputs; it has \"colour\", \"id\"")
    }

    /// What a model does not take is counted from 0 in its block.
    @Test func faultsOfValuesSayFromWhereRowsAreCounted() throws {
        var reader = try Self.reader(Self.table(rows: 600), blockRows: 256)
        var seen = 0
        let message = errorMessage {
            try reader.forEachBlock { (rows) throws(PerceptronError) in
                seen += 1
                if seen == 2 { throw .invalidValue("row 3 (counted from 0) is odd") }
            }
        }
        #expect(message == "file.csv: after the first 256 rows: row 3 (counted from 0) is odd")
    }
}
