import Foundation
import Testing

@testable import Perceptron

/// What is written as CSV is read as the same bits.
@Suite struct CSVRoundTripTests {
    /// Numbers of all sizes, whole ones and NaN among them.
    private func number(_ generator: inout RandomGenerator) -> Double {
        switch generator.nextInteger(below: 6) {
        case 0: .nan
        case 1:
            [
                0, -0.0, .infinity, -.infinity, .leastNonzeroMagnitude, .greatestFiniteMagnitude, 1e22,
                4_503_599_627_370_496, 16_777_216,
            ][generator.nextInteger(below: 9)]
        case 2: Double(generator.nextInteger(below: 2000) - 1000)
        case 3: (Double(generator.nextInteger(below: 2000)) - 1000) / 100
        default: Double(bitPattern: generator.next())
        }
    }

    private func text(_ generator: inout RandomGenerator) -> String {
        let parts = ["a", "b", "\"", ",", "\n", "\r", "\r\n", " ", "\t", ";", "é", "日", "\u{FEFF}", "1", "'", "🙂", "."]
        return (0...generator.nextInteger(below: 4)).map { _ in parts[generator.nextInteger(below: parts.count)] }
            .joined()
    }

    /// Texts that differ, of which none stands for a missing value.
    private func texts(_ count: Int, _ generator: inout RandomGenerator) -> [String] {
        var texts: [String] = []
        while texts.count < count {
            let text = text(&generator)
            if !texts.contains(text) { texts.append(text) }
        }
        return texts
    }

    private func expectSameBits<Scalar: BLASScalar>(_ a: Matrix<Scalar>, _ b: Matrix<Scalar>) {
        #expect(a.rows == b.rows && a.columns == b.columns)
        #expect(
            zip(a.elements, b.elements).allSatisfy {
                $0.isNaN && $1.isNaN || $0 == $1 && $0.sign == $1.sign
            })
    }

    @Test(arguments: 1...20 as ClosedRange<UInt64>) func matrices(seed: UInt64) throws {
        var generator = RandomGenerator(seed: seed)
        let (rows, columns) = (generator.nextInteger(below: 30), 1 + generator.nextInteger(below: 5))
        let matrix = Matrix<Double>(
            rows: rows, columns: columns, elements: (0..<rows * columns).map { _ in number(&generator) })
        let names = texts(columns, &generator)
        let separator: Character = [",", ";", "\t", " "][generator.nextInteger(below: 4)]
        try TemporaryCSV.with { url in
            try matrix.write(csv: url, header: names, separator: separator)
            expectSameBits(try Matrix<Double>(csv: url, separator: separator), matrix)
            expectSameBits(try Matrix<Float>(Matrix<Double>(csv: url, separator: separator)), Matrix<Float>(matrix))
            #expect(try Dataset<Double>(csv: url, separator: separator).storage.columns.map(\.name) == names)
            guard rows > 0 else { return }
            let single = Matrix<Float>(matrix)
            try single.write(csv: url, separator: separator)
            expectSameBits(try Matrix<Float>(csv: url, header: false, separator: separator), single)
        }
    }

    @Test(arguments: 1...20 as ClosedRange<UInt64>) func datasets(seed: UInt64) throws {
        var generator = RandomGenerator(seed: seed)
        let rows = 1 + generator.nextInteger(below: 30)
        let names = texts(6, &generator)
        var columns: [Column] = []
        for name in names.prefix(1 + generator.nextInteger(below: 3)) {
            let isNumeric = generator.nextInteger(below: 2) == 0
            let count = 1 + generator.nextInteger(below: 5)
            columns.append(Column(name, isNumeric ? .numeric : .categorical(categories: texts(count, &generator))))
        }
        var inputs = Matrix<Double>(rows: rows, columns: columns.count)
        for row in 0..<rows {
            for (index, column) in columns.enumerated() {
                switch column.kind {
                case .numeric: inputs[row, index] = number(&generator)
                case .categorical(let categories):
                    let code = generator.nextInteger(below: categories.count + 1)
                    inputs[row, index] = code == categories.count ? .nan : Double(code)
                }
            }
        }
        let labels = texts(4, &generator)
        let hasClasses = generator.nextInteger(below: 2) == 0
        let targetNames = Array(names.suffix(hasClasses ? 1 : 2))
        let targets: Targets<Double> =
            hasClasses
            ? .classes((0..<rows).map { _ in generator.nextInteger(below: 4) })
            : .matrix(
                Matrix(rows: rows, columns: 2, elements: (0..<2 * rows).map { _ in generator.nextNormalPair().0 }))
        let weights = (0..<rows).map { _ in generator.nextUniform() }
        let dataset = Dataset<Double>(
            storage: .init(
                inputs: inputs, targets: targets, weights: weights, columns: columns, targetNames: targetNames,
                labelNames: hasClasses ? labels : []))
        try TemporaryCSV.with { url in
            try dataset.write(csv: url, weights: "the weights")
            let read =
                if hasClasses {
                    try Dataset<Double>(
                        csv: url, columns: columns, target: targetNames[0], labels: labels, weights: "the weights")
                } else {
                    try Dataset<Double>(csv: url, columns: columns, targets: targetNames, weights: "the weights")
                }
            expectSameBits(read.storage.inputs, inputs)
            #expect(read.storage.targets == targets)
            #expect(read.storage.weights == weights)
            #expect(read.storage.columns == columns)
            #expect(read.storage.labelNames == dataset.storage.labelNames)
        }
    }

    private func written(_ body: (URL) throws -> Void) throws -> String {
        try TemporaryCSV.with { url in
            try body(url)
            return try String(contentsOf: url, encoding: .utf8)
        }
    }

    @Test func whatIsWritten() throws {
        let matrix = Matrix<Double>([
            [1, 0.1, .nan], [-0.0, 1e300, -.infinity], [4_503_599_627_370_495, 1e16, -2.50],
        ])
        #expect(
            try written { try matrix.write(csv: $0, header: ["a", "b,c", "d\"e"]) }
                == "a,\"b,c\",\"d\"\"e\"\n1,0.1,\n-0.0,1e+300,-inf\n4503599627370495,1e+16,-2.5\n")
        #expect(
            try written { try Matrix<Float>([[0.1, 16_777_216]]).write(csv: $0, separator: ";") } == "0.1;16777216.0\n")
        #expect(try written { try Matrix<Double>([[.nan], [1]]).write(csv: $0) } == "\"\"\n1\n")
        let dataset = Dataset<Double>(
            storage: .init(
                inputs: Matrix([[1, 0], [.nan, 1], [3, .nan]]), targets: .classes([1, 0, 1]), weights: [1, 0.5, 2],
                columns: [Column("x"), Column("k", .categorical(categories: [" a", "b"]))], targetNames: ["y"],
                labelNames: ["no", "yes, or so"]), indices: [2, 0, 1])
        #expect(
            try written { try dataset.write(csv: $0) }
                == "x,k,y,weight\n3,,\"yes, or so\",2\n1,\" a\",\"yes, or so\",1\n,b,no,0.5\n")
    }

    @Test func whatCannotBeWritten() throws {
        func check(_ error: PerceptronError, _ body: (URL) throws -> Void) throws {
            try TemporaryCSV.with { url in
                try Data("old".utf8).write(to: url)
                #expect(throws: error) { try body(url) }
                #expect(try String(contentsOf: url, encoding: .utf8) == "old")
                let folder = url.deletingLastPathComponent().path(percentEncoded: false)
                #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["file.csv"])
            }
        }
        let matrix = Matrix<Double>(rows: 2, columns: 2)
        try check(.shapeMismatch("the header has 1 name; the matrix has 2 columns")) {
            try matrix.write(csv: $0, header: ["a"])
        }
        try check(.shapeMismatch("the matrix has no columns; a CSV file has at least one")) {
            try Matrix<Double>(rows: 2, columns: 0).write(csv: $0)
        }
        try check(.invalidArgument("two columns can't both be named \"a\"")) {
            try matrix.write(csv: $0, header: ["a", "a"])
        }
        try check(.invalidValue("the text \"a\\0\" has a NUL byte, which a CSV file can't hold")) {
            try matrix.write(csv: $0, header: ["a\0", "b"])
        }
        func dataset(_ code: Double) -> Dataset<Double> {
            Dataset(
                storage: .init(
                    inputs: Matrix([[0], [code]]), targets: nil, weights: [1, 1],
                    columns: [Column("k", .categorical(categories: ["a", "b"]))], targetNames: [], labelNames: []))
        }
        for code in [2, -1, 0.5, .infinity] {
            try check(
                .invalidValue(
                    "row 1 (counted from 0), column \"k\": \(code) is not the code of one of its 2 categories")
            ) { try dataset(code).write(csv: $0) }
        }
        try check(.invalidArgument("two columns can't both be named \"k\"")) {
            try dataset(1).write(csv: $0, weights: "k")
        }
    }
}
