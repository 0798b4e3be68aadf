import Foundation
import Testing

@testable import Perceptron

/// What CSV files become: matrices and data sets.
@Suite struct CSVTableTests {
    static func source(_ text: String, chunkSize: Int = 1 << 16) -> CSVSource {
        CSVSource(name: "file.csv", bytes: Array(text.utf8), chunkSize: chunkSize)
    }

    static func matrix<Scalar>(
        _ text: String, header: Bool = true, separator: Character = ",", missing: Set<String> = CSV.missing,
        of _: Scalar.Type = Double.self
    ) throws -> Matrix<Scalar> {
        try Matrix(source(text), CSVFormat(hasHeader: header, separator: separator, missing: missing))
    }

    static func dataset(
        _ text: String, _ selection: CSVSelection, header: Bool = true, missing: Set<String> = CSV.missing,
        separator: Character = ",", decimal: Character = ".", chunkSize: Int = 1 << 16
    ) throws -> Dataset<Double> {
        try Dataset(
            source(text, chunkSize: chunkSize),
            CSVFormat(hasHeader: header, separator: separator, missing: missing, decimalSeparator: decimal),
            selection)
    }

    /// The bits of numbers, so that NaN equals NaN.
    static func bits(_ values: [Double]) -> [UInt64] { values.map { $0.isNaN ? .max : $0.bitPattern } }

    // MARK: Matrices

    @Test func matrixOfNumbers() throws {
        let expected = Matrix<Double>([[1, 2.5], [-3, 1e-3]])
        #expect(try CSVTableTests.matrix("a,b\n1,2.5\n-3,1e-3\n") == expected)
        #expect(try CSVTableTests.matrix("1,2.5\r\n-3,1e-3", header: false) == expected)
        #expect(try CSVTableTests.matrix("a;b\n 1 ; 2.5\n\"-3\";\"1e-3\"\n", separator: ";") == expected)
        #expect(try CSVTableTests.matrix("1\t2.5\n-3\t1e-3\n", header: false, separator: "\t") == expected)
        #expect(try CSVTableTests.matrix("1 2.5\n-3 1e-3\n", header: false, separator: " ") == expected)
        #expect(
            try CSVTableTests.matrix("0.1,16777217\n", header: false, of: Float.self).elements == [0.1, 16_777_216])
        #expect(try CSVTableTests.matrix("a,b\n") == Matrix<Double>(rows: 0, columns: 2))
    }

    @Test func missingNumbersAreNaN() throws {
        for text in CSV.missing {
            let matrix = try CSVTableTests.matrix("\(text),1\n2,\(text)\n\"\(text)\", \(text) \n", header: false)
            #expect(matrix.elements.map(\.isNaN) == [true, false, false, true, true, true], "\(text)")
        }
        #expect(CSV.missing.isSuperset(of: ["", "NA", "NaN", "nan", "null", "NULL", "N/A", "?"]))
        let matrix = try CSVTableTests.matrix("-999,1\n-999.0,x\n", header: false, missing: ["-999", "x"])
        #expect(matrix.elements.map(\.isNaN) == [true, false, true, true])
    }

    @Test func longFilesInChunks() throws {
        var text = "a,b,c\n"
        for row in 0..<10_000 { text += "\(row),\(Double(row) / 7),\(row % 5 == 0 ? "" : "\"\(row)\"")\n" }
        for size in [1 << 16, 1009] {
            let matrix = try Matrix<Double>(
                CSVTableTests.source(text, chunkSize: size), CSVFormat(hasHeader: true, separator: ","))
            #expect(matrix.rows == 10_000)
            for row in stride(from: 0, to: 10_000, by: 13) {
                let third = row % 5 == 0 ? Double.nan : Double(row)
                #expect(
                    CSVTableTests.bits(Array(matrix.elements[3 * row..<3 * row + 3]))
                        == CSVTableTests.bits([Double(row), Double(row) / 7, third]))
            }
        }
    }

    static let faults: [(String, String)] = [
        ("", "empty, or only blank lines"),
        ("\n \n\r\n", "empty, or only blank lines"),
        ("a,b\n1,2\n3\n", "line 3: 1 field; the header has 2"),
        ("a,b\n1,2,3,4\n", "line 2: 4 fields; the header has 2"),
        ("b,a\n\n1,\"2\",\"\n\"\n", "line 3: 3 fields; the header has 2"),
        ("a,b,a\n", "line 1, column 3: an earlier column is also named \"a\""),
        ("a,size\n1,2\n3,x y\n", "line 3, column 2 \"size\": \"x y\" is not a number"),
        ("a,\"le\nn\"\n1,1\n1,0x10\n", "line 4, column 2 \"le\\nn\": \"0x10\" is not a number"),
        ("a\n\"\n\n\"\n", "line 2, column 1 \"a\": \"\\n\\n\" is not a number"),
        (
            "a\n\(String(repeating: "b", count: 50))",
            "line 2, column 1 \"a\": \"\(String(repeating: "b", count: 40))…\" is not a number"
        ),
        ("a\n1\n2\"", "line 3, column 1 \"a\": a quote in a field that does not begin with one"),
    ]

    @Test(arguments: faults) func fault(text: String, message: String) {
        #expect(throws: PerceptronError.invalidFile("file.csv: \(message)")) { try CSVTableTests.matrix(text) }
    }

    @Test func faultsWithoutHeader() {
        #expect(throws: PerceptronError.invalidFile("file.csv: line 2: 1 field; the first row has 2")) {
            try CSVTableTests.matrix("1,2\n3\n", header: false)
        }
        #expect(throws: PerceptronError.invalidFile("file.csv: line 1, column 2: \"b\" is not a number")) {
            try CSVTableTests.matrix("1,b\n", header: false)
        }
        let columns = String(repeating: "1,", count: 1 << 20)
        #expect(throws: PerceptronError.invalidFile("file.csv: line 1: more than 1048576 columns")) {
            try CSVTableTests.matrix(columns, header: false)
        }
    }

    // MARK: Data sets

    private let flowers = """
        length,colour,zip,weight,id,species
        1.5,red,02134,1,a,virginica
        ?,blue,10001,0.5,b,setosa
        2.5,NA,02134,2,c,setosa
        3,red,,0,d,versicolor

        """

    @Test func columnsHaveKinds() throws {
        for size in [1, 5, 1 << 16] {
            let dataset = try CSVTableTests.dataset(
                flowers,
                CSVSelection(targets: ["species"], weights: "weight", ignored: ["id"], categorical: ["zip"]),
                chunkSize: size)
            let storage = dataset.storage
            #expect(
                storage.columns == [
                    Column("length"), Column("colour", .categorical(categories: ["blue", "red"])),
                    Column("zip", .categorical(categories: ["02134", "10001"])),
                ])
            #expect(
                CSVTableTests.bits(storage.inputs.elements)
                    == CSVTableTests.bits([1.5, 1, 0, .nan, 0, 1, 2.5, .nan, 0, 3, 1, .nan]))
            #expect(storage.targets == .classes([2, 0, 0, 1]))
            #expect(storage.targetNames == ["species"])
            #expect(storage.labelNames == ["setosa", "versicolor", "virginica"])
            #expect(storage.weights == [1, 0.5, 2, 0])
        }
    }

    @Test func targetsOfEachKind() throws {
        let text = "x,y,z\n1,10,0.5\n2,9,1.5\n3,10,2.5\n"
        let values = try CSVTableTests.dataset(text, CSVSelection(targets: ["y"])).storage
        #expect(values.targets == .matrix(Matrix([[10], [9], [10]])))
        #expect(values.labelNames.isEmpty)
        #expect(values.columns.map(\.name) == ["x", "z"])
        let classes = try CSVTableTests.dataset(text, CSVSelection(targets: ["y"], targetKind: .classes)).storage
        #expect(classes.targets == .classes([1, 0, 1]))
        // By value: as strings, "10" would come first.
        #expect(classes.labelNames == ["9", "10"])
        let several = try CSVTableTests.dataset(text, CSVSelection(targets: ["z", "x"], targetKind: .values)).storage
        #expect(several.targets == .matrix(Matrix([[0.5, 1], [1.5, 2], [2.5, 3]])))
        #expect(several.targetNames == ["z", "x"])
        #expect(several.inputs == Matrix([[10], [9], [10]]))
        let none = try CSVTableTests.dataset(text, CSVSelection()).storage
        #expect(none.targets == nil)
        #expect(none.weights == nil)
        #expect(none.inputs.columns == 3)
        let unnamed = try CSVTableTests.dataset("1,a\n2,b\n", CSVSelection(targets: ["2"]), header: false).storage
        #expect(unnamed.targets == .classes([0, 1]))
        #expect(unnamed.columns == [Column("1")])
    }

    @Test func weightsWithDecimalCommas() throws {
        let storage = try CSVTableTests.dataset(
            "a;b\n1,5;0,25\n2;3\n", CSVSelection(weights: "b"), separator: ";", decimal: ","
        ).storage
        #expect(storage.weights == [0.25, 3])
        #expect(storage.inputs == Matrix([[1.5], [2]]))
    }

    /// A line of nothing but tabs is a row of missing values where tabs separate; one of blanks is none.
    @Test func linesOfTabs() throws {
        let storage = try CSVTableTests.dataset("a\tb\n1\t2\n\t\n  \n3\t4\n", CSVSelection(), separator: "\t").storage
        #expect(CSVTableTests.bits(storage.inputs.elements) == CSVTableTests.bits([1, 2, .nan, .nan, 3, 4]))
    }

    /// A column can look like numbers for long.
    @Test func textsBehindNumbers() throws {
        var text = "a,b,c,d\n"
        for row in 0..<50 { text += "\(row),\(row % 3),,\(row)\n" }
        text += "50,x,0,50\n51,2,y,51\n"
        for size in [3, 1 << 16] {
            let storage = try CSVTableTests.dataset(
                text, CSVSelection(targets: ["b"], targetKind: .classes), chunkSize: size
            ).storage
            #expect(
                storage.columns == [Column("a"), Column("c", .categorical(categories: ["0", "y"])), Column("d")])
            #expect(storage.labelNames == ["0", "1", "2", "x"])
            #expect(storage.inputs.rows == 52)
            #expect(storage.targets == .classes((0..<50).map { $0 % 3 } + [3, 2]))
            #expect(storage.inputs.rows([50, 51]).elements == [50, 0, 50, 51, 1, 51])
        }
    }

    @Test func emptyColumnsAreNumeric() throws {
        let storage = try CSVTableTests.dataset("a,b\n,x\nNA,y\n", CSVSelection()).storage
        #expect(storage.columns == [Column("a"), Column("b", .categorical(categories: ["x", "y"]))])
        #expect(storage.inputs[0, 0].isNaN)
        let sentinels = try CSVTableTests.dataset("a\n-1\nx\n-1\n", CSVSelection(), missing: ["-1"]).storage
        #expect(sentinels.columns == [Column("a", .categorical(categories: ["x"]))])
        #expect(sentinels.inputs.elements.map(\.isNaN) == [true, false, true])
    }

    /// In quotes, a text is what it is: blanks make another text of it.
    @Test func blanksInQuotesCount() throws {
        let storage = try CSVTableTests.dataset("a\n NA \n\" NA \"\n\"NA\"\n", CSVSelection()).storage
        #expect(storage.columns == [Column("a", .categorical(categories: [" NA "]))])
        #expect(storage.inputs.elements.map(\.isNaN) == [true, false, true])
    }

    /// Texts that Swift calls equal are one category, whatever their bytes.
    @Test func composedAndDecomposed() throws {
        let storage = try CSVTableTests.dataset("a\n\u{E9}\ne\u{301}\nz\n\u{E9}\n", CSVSelection()).storage
        #expect(storage.columns == [Column("a", .categorical(categories: ["\u{E9}", "z"].sorted()))])
        #expect(Set(storage.inputs.rows([0, 1, 3]).elements).count == 1)
    }

    @Test func schema() throws {
        let columns = [
            Column("size"), Column("colour", .categorical(categories: ["red", "NA", "blue"])), Column("age"),
        ]
        let text = "id,age,colour,size,species\nq,3,blue,1,b\nr,,green,2,a\ns,4,NA,?,b\nt,5,,4,a\nu,6,amber,5,b\n"
        let storage = try CSVTableTests.dataset(
            text, CSVSelection(schema: columns, targets: ["species"], labels: ["c", "b", "a"])
        ).storage
        #expect(
            storage.columns == [
                Column("size"), Column("colour", .categorical(categories: ["red", "NA", "blue", "amber", "green"])),
                Column("age"),
            ])
        // "NA" is a category here, because the schema says so.
        #expect(
            CSVTableTests.bits(storage.inputs.elements)
                == CSVTableTests.bits([1, 2, 3, 2, 4, .nan, .nan, 1, 4, 4, .nan, 5, 5, 3, 6]))
        #expect(storage.targets == .classes([1, 2, 1, 2, 1]))
        #expect(storage.labelNames == ["c", "b", "a"])
    }

    static let datasetFaults: [(String, CSVSelection, PerceptronError)] = [
        (
            "a,b\n1,2\n", CSVSelection(targets: ["c"]),
            .invalidFile("file.csv: no column \"c\" for the target; it has \"a\", \"b\"")
        ),
        (
            "a,b\n1,2\n", CSVSelection(weights: "c"),
            .invalidFile("file.csv: no column \"c\" for the weights; it has \"a\", \"b\"")
        ),
        (
            "a,b\n1,2\n", CSVSelection(ignored: ["c"]),
            .invalidFile("file.csv: no column \"c\" for the columns to ignore; it has \"a\", \"b\"")
        ),
        (
            "a,b\n1,2\n", CSVSelection(categorical: ["c"]),
            .invalidFile("file.csv: no column \"c\" for the categorical inputs; it has \"a\", \"b\"")
        ),
        (
            "a,b\n1,2\n", CSVSelection(schema: [Column("a"), Column("c")]),
            .invalidFile("file.csv: no column \"c\" for the inputs; it has \"a\", \"b\"")
        ),
        (
            (1...30).map { "\($0)" }.joined(separator: ","), CSVSelection(targets: ["c"]),
            .invalidFile(
                "file.csv: no column \"c\" for the target; it has "
                    + (1...20).map { "\"\($0)\"" }.joined(separator: ", ") + " and 10 more")
        ),
        (
            "a,b\n1,2\n", CSVSelection(targets: ["a"], weights: "a"),
            .invalidArgument("column \"a\" can't be both the weights and the target")
        ),
        ("a\n1\n", CSVSelection(targets: ["a"]), .invalidFile("file.csv: no column is left for the inputs")),
        (
            "a,b\n1,2\n1,\n", CSVSelection(targets: ["b"]),
            .invalidFile("file.csv: line 3, column 2 \"b\": the target is missing")
        ),
        (
            "a,b\n1,x\n\n1,NA\n", CSVSelection(targets: ["b"]),
            .invalidFile("file.csv: line 4, column 2 \"b\": the target is missing")
        ),
        (
            "a,b\n1,2\n1,x\n", CSVSelection(targets: ["b"], targetKind: .values),
            .invalidFile("file.csv: line 3, column 2 \"b\": \"x\" is not a number")
        ),
        (
            "a,b\n1,2\n1,-1\n", CSVSelection(weights: "b"),
            .invalidFile(
                "file.csv: line 3, column 2 \"b\": the weight is \"-1\"; it must be finite and not negative"
            )
        ),
        (
            "a,b\n1,inf\n", CSVSelection(weights: "b"),
            .invalidFile(
                "file.csv: line 2, column 2 \"b\": the weight is \"inf\"; it must be finite and not negative"
            )
        ),
        (
            "b,a\n,1\n", CSVSelection(weights: "b"),
            .invalidFile(
                "file.csv: line 2, column 1 \"b\": the weight is \"\"; it must be finite and not negative")
        ),
        (
            "a,b\n1,x\n2,y\n", CSVSelection(targets: ["b"], labels: ["x", "z"]),
            .invalidFile("file.csv: line 3, column 2 \"b\": \"y\" is not one of the 2 known classes")
        ),
        (
            "a,b\n1,x\n2,y\n", CSVSelection(schema: [Column("b")]),
            .invalidFile("file.csv: line 2, column 2 \"b\": \"x\" is not a number")
        ),
        (
            "a,b\n1,x\n2,\0\n", CSVSelection(),
            .invalidFile("file.csv: line 3, column 2 \"b\": the text has a NUL byte")
        ),
        (
            "a,b\n1,2\n1,\0\n", CSVSelection(),
            .invalidFile("file.csv: line 3, column 2 \"b\": the text has a NUL byte")
        ),
    ]

    @Test(arguments: datasetFaults.indices) func datasetFault(index: Int) {
        let (text, selection, error) = CSVTableTests.datasetFaults[index]
        #expect(throws: error) { try CSVTableTests.dataset(text, selection) }
    }

    /// A file that changes while it is read twice is refused where it does not fit any more.
    @Test func fileThatChanges() {
        var openings = 0
        let texts = ["a,b\n1,2\nx,3\n", "a,b\n1,2\nx,3\n", "a,b\n1,y\nx,3\n"]
        let source = CSVSource(name: "file.csv", byteCount: nil) {
            let chunk = Array(texts[min(openings, 2)].utf8)
            openings += 1
            var isRead = false
            return {
                defer { isRead = true }
                return isRead ? [] : chunk
            }
        }
        #expect(throws: PerceptronError.invalidFile("file.csv: line 2, column 2 \"b\": \"y\" is not a number")) {
            try Dataset<Double>(source, CSVFormat(hasHeader: true, separator: ","), CSVSelection())
        }
    }

    // MARK: Files

    @Test func filesThatCannotBeRead() {
        let folder = FileManager.default.temporaryDirectory
        let none = folder.appending(path: "no-such-file.csv")
        let path = none.path(percentEncoded: false)
        #expect(throws: PerceptronError.fileAccess("\(path): can't be read: No such file or directory")) {
            try Matrix<Double>(csv: none)
        }
        #expect {
            try Dataset<Double>(csv: folder, target: "a")
        } throws: {
            "\($0)".hasSuffix("can't be read: not a regular file")
        }
    }

    /// Packed by Python's `gzip.compress(b"a,b\\n1,x\\n2,y\\n")`.
    @Test func gzippedFiles() throws {
        let packed = try #require(Data(base64Encoded: "H4sIAAAAAAACA0vUSeIy1KngMtKp5AIAwpZ+nQwAAAA="))
        try TemporaryCSV.with { url in
            try packed.write(to: url)
            let storage = try Dataset<Double>(csv: url, target: "b").storage
            #expect(storage.inputs == Matrix([[1], [2]]))
            #expect(storage.labelNames == ["x", "y"])
            try packed.dropLast().write(to: url)
            #expect {
                try Dataset<Double>(csv: url)
            } throws: {
                "\($0)".contains("the gzip data is truncated")
            }
        }
    }

    @Test func publicInterface() throws {
        try TemporaryCSV.with { url in
            try Data(flowers.utf8).write(to: url)
            let path = url.path(percentEncoded: false)
            let dataset = try Dataset<Double>(
                csv: url, target: "species", weights: "weight", ignoring: ["id"], categorical: ["zip"])
            #expect(dataset.storage.targets == .classes([2, 0, 0, 1]))
            let same = try Dataset<Double>(
                csv: url, columns: dataset.storage.columns, target: "species", labels: dataset.storage.labelNames,
                weights: "weight")
            #expect(same.storage.columns == dataset.storage.columns)
            #expect(same.storage.weights == dataset.storage.weights)
            let several = try Dataset<Float>(csv: url, targets: ["weight"], ignoring: ["length"])
            #expect(several.storage.targets == .matrix(Matrix([[1], [0.5], [2], [0]])))
            let schema = try Dataset<Float>(csv: url, columns: [Column("length")], targets: ["weight"])
            #expect(schema.storage.targets == several.storage.targets)
            #expect(
                throws: PerceptronError.invalidFile("\(path): line 2, column 2 \"colour\": \"red\" is not a number")
            ) { try Matrix<Double>(csv: url) }
        }
    }
}
