import Foundation
import TestSupport
import Testing

@testable import Perceptron

/// Habits of real CSV files: each is read right, or told of with the way out.
@Suite struct OddFilesTests {
    /// What is said of a file besides its text.
    struct Reading: Sendable {
        var target: String?
        var kind = CSV.TargetKind.automatic
        var categorical: [String] = []
        var numeric: [String] = []
        var dates: [DateColumn] = []
        var ignoring: [String] = []
        var separator: Character = ","
        var missing = CSV.missing
        var decimal: Character = "."
        var thousands: Character?

        func dataset(_ text: String) throws -> Dataset<Double> {
            let format = try CSVFormat(
                hasHeader: true, separator: separator, missing: missing, decimalSeparator: decimal,
                thousandsSeparator: thousands)
            let selection = CSVSelection(
                targets: target.map { [$0] } ?? [], targetKind: kind, ignored: ignoring, categorical: categorical,
                numeric: numeric, dates: dates)
            // In one piece and in small ones.
            let whole = try Dataset<Double>(CSVTableTests.source(text), format, selection)
            let cut = try Dataset<Double>(CSVTableTests.source(text, chunkSize: 7), format, selection)
            #expect(whole.columns == cut.columns)
            #expect(CSVTableTests.bits(whole.inputs.elements) == CSVTableTests.bits(cut.inputs.elements))
            return whole
        }
    }

    /// A column `a` with a line for each of `count` rows, of which some are replaced.
    static func column(_ count: Int, _ value: (Int) -> String, _ replaced: [Int: String] = [:]) -> String {
        "a,b\n" + (0..<count).map { "\(replaced[$0] ?? value($0)),\($0 % 7)\n" }.joined()
    }

    static func quoted(_ count: Int, _ value: (Int) -> String) -> String { column(count) { "\"\(value($0))\"" } }

    static let numbers: @Sendable (Int) -> String = { "\(Double($0) * 1.25)" }

    // MARK: What is told of

    static let faults: [(name: String, text: String, reading: Reading, message: String)] = [
        (
            "a stray text among numbers", column(50, numbers, [30: "n.d."]), Reading(),
            "line 32, column 1 \"a\": \"n.d.\" is not a number, as 49 of the column's 50 values are; add it to missing: if it "
                + "stands for a missing value, or name the column in categorical: if these are names, or in ignoring: to leave it out"
        ),
        (
            "a stray text in front", column(50, numbers, [0: "-"]), Reading(),
            "line 2, column 1 \"a\": \"-\" is not a number, as 49 of the column's 50 values are; add it to missing: if it "
                + "stands for a missing value, or name the column in categorical: if these are names, or in "
                + "ignoring: to leave it out"
        ),
        (
            "a stray text that is a category elsewhere",
            "c,a\n" + (0..<50).map { "\($0 % 2 == 0 ? "n.d." : "x"),\($0 == 30 ? "n.d." : "\($0)")\n" }.joined(),
            Reading(),
            "line 32, column 2 \"a\": \"n.d.\" is not a number, as 49 of the column's 50 values are; add it to missing: if it "
                + "stands for a missing value, or name the column in categorical: if these are names, or in "
                + "ignoring: to leave it out"
        ),
        (
            "two stray texts", column(10, numbers, [3: "low", 8: "high"]), Reading(),
            "line 5, column 1 \"a\": \"low\" is not a number, as 8 of the column's 10 values are; add it to missing: if it "
                + "stands for a missing value, or name the column in categorical: if these are names, or in "
                + "ignoring: to leave it out"
        ),
        (
            "a stray unit", column(20, numbers, [4: "5 kg"]), Reading(),
            "line 6, column 1 \"a\": \"5 kg\" is not a number, as 19 of the column's 20 values are; add it to missing: if it "
                + "stands for a missing value, or name the column in categorical: if these are names, or in "
                + "ignoring: to leave it out"
        ),
        (
            "a stray text in the target", column(50, numbers, [30: "n.d."]), Reading(target: "a"),
            "line 32, column 1 \"a\": \"n.d.\" is not a number, as 49 of the column's 50 values are; correct it, or give "
                + "targetKind: .classes"
        ),
        (
            "decimal commas", "a;b\n" + (0..<20).map { "\($0),5;1\n" }.joined(), Reading(separator: ";"),
            "line 2, column 1 \"a\": \"0,5\" has a decimal comma; give decimalSeparator: \",\", or name the column in categorical:"
        ),
        (
            "decimal commas among whole numbers",
            "a;b\n" + (0..<20).map { $0 == 11 ? "1,5;1\n" : "\($0);1\n" }.joined(),
            Reading(separator: ";"),
            "line 13, column 1 \"a\": \"1,5\" has a decimal comma; give decimalSeparator: \",\", or name the column in categorical:"
        ),
        (
            "decimal commas in quotes", quoted(20) { "\($0),25" }, Reading(),
            "line 2, column 1 \"a\": \"0,25\" has a decimal comma; give decimalSeparator: \",\", or name the column in categorical:"
        ),
        (
            "thousands", quoted(20) { "\($0 + 1),234" }, Reading(),
            "line 2, column 1 \"a\": \"1,234\" has its thousands set apart; give thousandsSeparator: \",\", or name the column "
                + "in categorical:"
        ),
        (
            "thousands in rows that are alike", quoted(20) { $0 < 18 ? "1,234" : "none yet" }, Reading(),
            "line 2, column 1 \"a\": \"1,234\" has its thousands set apart; give thousandsSeparator: \",\", or "
                + "name the column "
                + "in categorical:"
        ),
        (
            "decimal commas that are more than what could be thousands",
            quoted(20) { $0 < 14 ? "\($0)" : $0 < 18 ? "1,5" : "1,234" }, Reading(),
            "line 16, column 1 \"a\": \"1,5\" has a decimal comma; give decimalSeparator: \",\", or name the column in "
                + "categorical:"
        ),
        (
            "thousands among numbers below", quoted(20) { $0 < 10 ? "\(10 * $0)" : "\($0),234" }, Reading(),
            "line 12, column 1 \"a\": \"10,234\" has its thousands set apart; give thousandsSeparator: \",\", or name the column "
                + "in categorical:"
        ),
        (
            "four digits before a comma", quoted(20) { "\($0 + 1000),234" }, Reading(),
            "line 2, column 1 \"a\": \"1000,234\" has a decimal comma; give decimalSeparator: \",\", or name the column in "
                + "categorical:"
        ),
        (
            "thousands and decimals", quoted(20) { "-\($0 + 1),234,567.5" }, Reading(),
            "line 2, column 1 \"a\": \"-1,234,567.5\" has its thousands set apart; give thousandsSeparator: \",\", or name the "
                + "column in categorical:"
        ),
        (
            "thousands with blanks", column(20) { "\($0 + 1) 234" }, Reading(),
            "line 2, column 1 \"a\": \"1 234\" has its thousands set apart; give thousandsSeparator: \" \", or name the column "
                + "in categorical:"
        ),
        (
            "thousands with apostrophes", column(20) { "\($0 + 1)'000" }, Reading(),
            "line 2, column 1 \"a\": \"1'000\" has its thousands set apart; give thousandsSeparator: \"'\", or name the column "
                + "in categorical:"
        ),
        (
            "dates of ISO 8601", column(20) { "2024-03-\($0 + 10)" }, Reading(),
            "line 2, column 1 \"a\": \"2024-03-10\" is a date; give dates: [\"a\"], or name the column in categorical:, or in ignoring: "
                + "to leave it out"
        ),
        (
            "dates and times", column(20) { "2024-03-\($0 + 10)T08:30:00Z" }, Reading(),
            "line 2, column 1 \"a\": \"2024-03-10T08:30:00Z\" is a date; give dates: [\"a\"], or name the column in categorical:, "
                + "or in ignoring: to leave it out"
        ),
        (
            "American dates", column(20) { "3/\($0 + 1)/2024" }, Reading(),
            "line 2, column 1 \"a\": \"3/1/2024\" is a date; give dates: [.column(\"a\", format: \"M/d/yyyy\")], or name the column in "
                + "categorical:, or in ignoring: to leave it out"
        ),
        (
            "dates of days and months up to 12", column(12) { "3/\($0 + 1)/2024" }, Reading(),
            "line 2, column 1 \"a\": \"3/1/2024\" is a date; give dates: [.column(\"a\", format: \"d/M/yyyy\" or "
                + "\"M/d/yyyy\")], or name the column in categorical:, or in ignoring: to leave it out"
        ),
        (
            "dates with the names of months", column(20, { "\($0 + 1) MAR 2024 8:15:00 pm" }, [0: "unknown"]),
            Reading(),
            "line 3, column 1 \"a\": \"2 MAR 2024 8:15:00 pm\" is a date; give dates: [.column(\"a\", format: "
                + "\"d MMM yyyy h:mm:ss a\")], or name the column in categorical:, or in ignoring: to leave it out"
        ),
        (
            "dates as the target", column(20) { "2024-03-\($0 + 10)" }, Reading(target: "a"),
            "line 2, column 1 \"a\": \"2024-03-10\" is a date; give targetKind: .classes"
        ),
        (
            "postal codes", column(20) { $0 < 3 ? "\(10001 + $0)" : "0\(2000 + $0)" }, Reading(),
            "line 5, column 1 \"a\": \"02003\" begins with a zero, and all 20 values have 5 digits, as codes do; name the column "
                + "in categorical:, or in numeric: if these are numbers, or in ignoring: to leave it out"
        ),
        (
            "codes with blanks, in quotes and missing",
            "b, a\n" + (0..<12).map { [" 007", "\"008\" ", " NA", " 119 "][$0 % 4] }.map { "1,\($0)\n" }.joined()
                + "1,009\n2,009\n", Reading(),
            "line 2, column 2 \"a\": \"007\" begins with a zero, and all 11 values have 3 digits, as codes do; name the column "
                + "in categorical:, or in numeric: if these are numbers, or in ignoring: to leave it out"
        ),
        (
            "codes beside a text behind numbers",
            "a,b\n" + (0..<20).map { "\($0 / 10)\($0 % 10),\($0 == 15 ? "x" : "7")\n" }.joined(),
            Reading(missing: ["x"]),
            "line 2, column 1 \"a\": \"00\" begins with a zero, and all 20 values have 2 digits, as codes do; name the column in "
                + "categorical:, or in numeric: if these are numbers, or in ignoring: to leave it out"
        ),
        (
            "codes as the target", column(20) { "0\(10 + $0 % 2)" }, Reading(target: "a"),
            "line 2, column 1 \"a\": \"010\" begins with a zero, and all 20 values have 3 digits, as codes do; give targetKind: "
                + ".classes, or targetKind: .values if these are numbers"
        ),
        (
            "German dates", column(20) { "\($0 + 1).3.2024" }, Reading(),
            "line 2, column 1 \"a\": \"1.3.2024\" is a date; give dates: [.column(\"a\", format: \"d.M.yyyy\")], or name the column in "
                + "categorical:, or in ignoring: to leave it out"
        ),
        (
            "names of rows", column(3000) { "p\($0)" }, Reading(),
            "line 2, column 1 \"a\": the column has 3000 different texts in 3000 rows, \"p0\" among them; name the column in "
                + "categorical:, or in ignoring: to leave it out"
        ),
        (
            "names of rows as the target", column(3000) { "p\($0)" }, Reading(target: "a"),
            "line 2, column 1 \"a\": the column has 3000 different texts in 3000 rows, \"p0\" among them; give targetKind: .classes"
        ),
        (
            "beyond Double", column(5, numbers, [3: "1e400"]), Reading(),
            "line 5, column 1 \"a\": \"1e400\" is beyond the range of Double"
        ),
        (
            "beyond Double, negative and quoted", column(5, numbers, [3: "\"-1e400\""]), Reading(),
            "line 5, column 1 \"a\": \"-1e400\" is beyond the range of Double"
        ),
        (
            "an identifier with an E in it", column(5) { _ in "0047583311587E590003" }, Reading(),
            "line 2, column 1 \"a\": \"0047583311587E590003\" is beyond the range of Double; if it is a name, give the column in "
                + "categorical: or ignoring:"
        ),
        (
            "beyond Double in the target", column(5, numbers, [1: "1e999"]), Reading(target: "a"),
            "line 3, column 1 \"a\": \"1e999\" is beyond the range of Double"
        ),
        ("one field too few", "a,b\n1\n", Reading(), "line 2: 1 field; the header has 2"),
        (
            "something behind a quote", "a,b\n\"x\" y,1\n", Reading(),
            "line 2, column 1 \"a\": there is text after the quote that ends the field"
        ),
        (
            "names that blanks alone tell apart", "a, a\n1,2\n", Reading(),
            "line 1, column 2: an earlier column is also named \"a\""
        ),
    ]

    @Test(arguments: faults.indices) func isTold(_ index: Int) {
        let (name, text, reading, message) = OddFilesTests.faults[index]
        #expect(throws: PerceptronError.invalidFile("file.csv: \(message)"), "\(name)") { try reading.dataset(text) }
    }

    @Test(arguments: [
        (
            Character("x"), nil as Character?,
            "the decimal separator is \"x\"; it must be a point, a comma, an apostrophe, an underscore or a blank"
        ),
        (
            ".", "\t",
            "the thousands separator is \"\\t\"; it must be a point, a comma, an apostrophe, an underscore or a blank"
        ),
        (",", ",", "\",\" can't be both the decimal and the thousands separator"),
        (".", ".", "\".\" can't be both the decimal and the thousands separator"),
    ])
    func separators(decimal: Character, thousands: Character?, message: String) {
        #expect(throws: PerceptronError.invalidArgument(message)) {
            try Reading(decimal: decimal, thousands: thousands).dataset("a\n1\n")
        }
    }

    // MARK: What is read right

    static let files: [(name: String, text: String, reading: Reading, kinds: [Column.Kind], values: [Double])] = [
        (
            "a stray text that is named", column(11, { "\($0)" }, [2: "n.d."]),
            Reading(ignoring: ["b"], missing: CSV.missing.union(["n.d."])), [.numeric],
            [0, 1, .nan, 3, 4, 5, 6, 7, 8, 9, 10]
        ),
        (
            "a stray text in a category", column(11, { _ in "1" }, [2: "n.d."]),
            Reading(categorical: ["a"], ignoring: ["b"]), [.categorical(categories: ["1", "n.d."])],
            [0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0]
        ),
        ("few rows say nothing", "a\n1\n2\nx\n", Reading(), [.categorical(categories: ["1", "2", "x"])], [0, 1, 2]),
        (
            "decimal commas", "a;b\n1,5;-2\n-0,25;1e3\n", Reading(separator: ";", decimal: ","), [.numeric, .numeric],
            [1.5, -2, -0.25, 1000]
        ),
        (
            "decimal commas of many digits",
            "a;b\n0,1000000000000000055511151231257827;1,000000000000000111022302462515654042363166809082031251\n",
            Reading(separator: ";", decimal: ","), [.numeric, .numeric], [0.1, 1.0000000000000002]
        ),
        (
            "decimal commas in quotes between commas", "a,b\n\"1,5\",2\n3,\"-4,25\"\n5,6\n", Reading(decimal: ","),
            [.numeric, .numeric], [1.5, 2, 3, -4.25, 5, 6]
        ),
        (
            "thousands in quotes between commas", "a,b\n\"1,234\",2\n\"-1,234,567.5\",\"12\"\n",
            Reading(thousands: ","),
            [.numeric, .numeric], [1234, 2, -1_234_567.5, 12]
        ),
        (
            "thousands with points and decimal commas", "a;b\n1.234,5;1.000\n12,5;999\n",
            Reading(separator: ";", decimal: ",", thousands: "."), [.numeric, .numeric], [1234.5, 1000, 12.5, 999]
        ),
        ("thousands with blanks", "a\n1 234\n12 345 678\n", Reading(thousands: " "), [.numeric], [1234, 12_345_678]),
        (
            "groups that are none", "a\n\"1,23\"\n\"1234,567\"\n\",234\"\n", Reading(thousands: ","),
            [.categorical(categories: [",234", "1,23", "1234,567"])], [1, 2, 0]
        ),
        (
            "blanks behind separators", "age, job, pay\n39, clerk, >50K\n 40 ,?, <=50K \n41, clerk,>50K\n", Reading(),
            [.numeric, .categorical(categories: ["clerk"]), .categorical(categories: ["<=50K", ">50K"])],
            [39, 0, 1, 40, .nan, 0, 41, 0, 1]
        ),
        (
            "blanks around quotes", "a, b\n \"x, y\" , \"1\"\n\" x\",2\n", Reading(),
            [.categorical(categories: [" x", "x, y"]), .numeric], [1, 1, 0, 2]
        ),
        (
            "tabs around fields", "a\tb\n 1 \t x \n2\tx\n", Reading(separator: "\t"),
            [.numeric, .categorical(categories: ["x"])], [1, 0, 2, 0]
        ),
        (
            "dates of which no day is beyond 12", column(12, { "3/\($0 + 1)/2024" }),
            Reading(dates: [.column("a", format: "M/d/yyyy")], ignoring: ["b"]), [.numeric],
            (0..<12).map { Double(19_783 + $0) }
        ),
        (
            "postal codes that are numbers", column(10, { "0\(2000 + $0)" }), Reading(numeric: ["a"], ignoring: ["b"]),
            [.numeric], (0..<10).map { Double(2000 + $0) }
        ),
        (
            "postal codes that are names", column(10, { "0\(2000 + $0)" }),
            Reading(categorical: ["a"], ignoring: ["b"]),
            [.categorical(categories: (0..<10).map { "0\(2000 + $0)" })], (0..<10).map { Double($0) }
        ),
        (
            "zeros in front of numbers of several widths", column(11, { "0\($0)" }), Reading(ignoring: ["b"]),
            [.numeric],
            (0..<11).map { Double($0) }
        ),
        (
            "zeros in front of few numbers", column(9, { "0\($0)" }), Reading(ignoring: ["b"]), [.numeric],
            (0..<9).map { Double($0) }
        ),
        (
            "zeros in front of one number alone", column(10, { $0 == 4 ? "004" : "\(10 * $0)" }),
            Reading(ignoring: ["b"]),
            [.numeric], [0, 10, 20, 30, 4, 50, 60, 70, 80, 90]
        ),
        (
            "zeros in front of fractions", column(10, { "00.\($0)" }), Reading(ignoring: ["b"]), [.numeric],
            (0..<10).map { Double($0) / 10 }
        ),
        (
            "numbers of one width", column(10, { "\($0 + 10)" }), Reading(ignoring: ["b"]), [.numeric],
            (10..<20).map { Double($0) }
        ),
        (
            "zeros and ones", column(10, { "\($0 % 2)" }), Reading(ignoring: ["b"]), [.numeric],
            (0..<10).map { Double($0 % 2) }
        ),
        ("infinity in words", "a\ninf\n-Infinity\n1\n", Reading(), [.numeric], [.infinity, -.infinity, 1]),
        ("the largest number", "a\n1.7976931348623157e308\n", Reading(), [.numeric], [.greatestFiniteMagnitude]),
        ("too small a number is 0", "a\n1e-400\n", Reading(), [.numeric], [0]),
        (
            "an identifier that is named", "a\n0047583311587E590003\n1\n", Reading(categorical: ["a"]),
            [.categorical(categories: ["1", "0047583311587E590003"])], [1, 0]
        ),
        (
            "a mark, returns and no last line end", "\u{FEFF}a,b\r1,2\r3,4", Reading(), [.numeric, .numeric],
            [1, 2, 3, 4]
        ),
    ]

    @Test(arguments: files.indices) func isRead(_ index: Int) throws {
        let (name, text, reading, kinds, values) = OddFilesTests.files[index]
        let data = try reading.dataset(text)
        #expect(data.columns.map(\.kind) == kinds, "\(name)")
        #expect(CSVTableTests.bits(data.inputs.elements) == CSVTableTests.bits(values), "\(name)")
    }

    @Test func namesAreRead() throws {
        let dates = OddFilesTests.column(20) { "2024-03-\($0 + 10)" }
        #expect(try Reading(categorical: ["a"]).dataset(dates).columns.count == 2)
        #expect(try Reading(ignoring: ["a"]).dataset(dates).columns.map(\.name) == ["b"])
        let names = OddFilesTests.column(60) { "p\($0)" }
        #expect(try Reading(target: "a", kind: .classes).dataset(names).classCount == 60)
        // Every second text occurs twice: categories, as far as anyone can tell.
        #expect(try Reading().dataset(OddFilesTests.column(90) { "p\($0 / 2)" }).columns.count == 2)
        // So few can be categories though no two rows share one.
        #expect(try Reading().dataset(OddFilesTests.column(50) { "p\($0)" }).columns[0].kind != .numeric)
        #expect(
            errorMessage { _ = try Reading().dataset(OddFilesTests.column(51) { "p\($0)" }) }
                .contains("the column has 51 different texts in 51 rows"))
        // Zeros in front are a code's only where there are nothing but digits.
        let mixed = OddFilesTests.column(20) { $0 % 2 == 0 ? "00\($0 % 10)" : "1.\($0 % 10)" }
        #expect(try Reading().dataset(mixed).columns[0].kind == .numeric)
    }

    @Test func matrices() throws {
        let format = try CSVFormat(hasHeader: false, separator: ";", decimalSeparator: ",", thousandsSeparator: ".")
        let matrix = try Matrix<Float>(CSVTableTests.source("1,5;1.000\n"), format)
        #expect(matrix.elements == [1.5, 1000])
        #expect(
            throws: PerceptronError.invalidFile("file.csv: line 1, column 1: \"1e39\" is beyond the range of Float")
        ) {
            try Matrix<Float>(CSVTableTests.source("1e39;2\n"), format)
        }
    }

    // MARK: Files

    @Test(arguments: [true, false]) func utf16(isLittle: Bool) throws {
        let folder = try TemporaryFolder()
        let file = folder.file("unicode.txt")
        func write(_ units: [UInt16], cut: Int = 0) throws {
            let bytes = units.flatMap { unit in
                let (low, high) = (UInt8(truncatingIfNeeded: unit), UInt8(unit >> 8))
                return isLittle ? [low, high] : [high, low]
            }
            try Data(bytes.dropLast(cut)).write(to: file)
        }
        try write(Array("\u{FEFF}größe\tname\r\n1.5\t日本🙂\r\n".utf16))
        let data = try Dataset<Double>(csv: file, separator: "\t")
        #expect(data.columns == [Column("größe"), Column("name", .categorical(categories: ["日本🙂"]))])
        #expect(data.inputs.elements == [1.5, 0])
        let message = "\(file.path(percentEncoded: false)): begins like UTF-16, but isn't valid UTF-16"
        // Half of a pair, and half of a unit.
        try write([0xFEFF, 0x61, 0x0A, 0xD83D])
        #expect(throws: PerceptronError.invalidFile(message)) { try Dataset<Double>(csv: file) }
        try write(Array("\u{FEFF}a\n1\n".utf16), cut: 1)
        #expect(throws: PerceptronError.invalidFile(message)) { try Dataset<Double>(csv: file) }
    }

    static let encodings: [(name: String, bytes: [UInt8], message: String)] = {
        let text = "name,size\nana,1\nben,2\n"
        func bytes<Unit: FixedWidthInteger>(_ units: some Sequence<Unit>, isLittle: Bool) -> [UInt8] {
            units.flatMap { unit in
                withUnsafeBytes(of: isLittle ? unit.littleEndian : unit.bigEndian) { Array($0) }
            }
        }
        let wide = text.utf16
        let widest = text.unicodeScalars.map(\.value)
        let advice = "makes a file of it that can be read"
        return [
            (
                "UTF-32 with a mark", bytes([0xFEFF] + widest, isLittle: true),
                "looks like UTF-32; iconv -f UTF-32 -t UTF-8 \(advice)"
            ),
            (
                "UTF-32 with a mark, the other way", bytes([0xFEFF] + widest, isLittle: false),
                "looks like UTF-32; iconv -f UTF-32 -t UTF-8 \(advice)"
            ),
            (
                "UTF-32 without a mark", bytes(widest, isLittle: true),
                "looks like UTF-32LE; iconv -f UTF-32LE -t UTF-8 \(advice)"
            ),
            (
                "UTF-32 without a mark, the other way", bytes(widest, isLittle: false),
                "looks like UTF-32BE; iconv -f UTF-32BE -t UTF-8 \(advice)"
            ),
            (
                "UTF-16 without a mark", bytes(wide, isLittle: true),
                "looks like UTF-16LE; iconv -f UTF-16LE -t UTF-8 \(advice)"
            ),
            (
                "UTF-16 without a mark, the other way", bytes(wide, isLittle: false),
                "looks like UTF-16BE; iconv -f UTF-16BE -t UTF-8 \(advice)"
            ),
            (
                "UTF-16 without a mark, some of it beyond Latin", bytes("日本,größe\n日,1\n".utf16, isLittle: true),
                "looks like UTF-16LE; iconv -f UTF-16LE -t UTF-8 \(advice)"
            ),
            (
                "UTF-16 that is gzipped", ArrayBytes.gzip(bytes([0xFEFF] + wide, isLittle: true)),
                "looks like UTF-16; iconv -f UTF-16 -t UTF-8 \(advice)"
            ),
            (
                "Latin-1 in the third line", Array("a,b\nx,1\ncaf".utf8) + [0xE9] + Array(",2\n".utf8),
                "line 3, column 1 \"a\": the byte 0xE9 is not UTF-8, and looks like WINDOWS-1252, \"café\"; iconv -f "
                    + "WINDOWS-1252 -t UTF-8 \(advice)"
            ),
            (
                "Windows-1252 in the header, UTF-8 before it",
                Array("größe,".utf8) + [0x93, 0x80, 0x94] + Array("\n1,2\n".utf8),
                "line 1, column 2: the byte 0x93 is not UTF-8; the file needs another encoding: iconv -f … -t UTF-8 converts "
                    + "it from the one that it has"
            ),
            (
                "Windows-1252 in the header", Array("a,5 ".utf8) + [0x80, 0x85] + Array("\n1,2\n".utf8),
                "line 1, column 2: the byte 0x80 is not UTF-8, and looks like WINDOWS-1252, \"5 €…\"; iconv -f WINDOWS-1252 -t "
                    + "UTF-8 \(advice)"
            ),
            (
                "Cyrillic", Array("a\n".utf8) + [0xCF, 0xF0, 0xE8, 0xE2, 0xE5, 0xF2, 0x0A],
                "line 2, column 1 \"a\": the byte 0xCF is not UTF-8; the file needs another encoding: iconv -f … -t UTF-8 "
                    + "converts it from the one that it has"
            ),
            (
                "a byte that Windows-1252 has not, behind UTF-8", Array("a\né".utf8) + [0x41, 0x81, 0x0A],
                "line 2, column 1 \"a\": the byte 0x81 is not UTF-8; the file needs another encoding: iconv -f … -t UTF-8 "
                    + "converts it from the one that it has"
            ),
        ]
    }()

    @Test(arguments: encodings.indices) func encodingIsNamed(_ index: Int) throws {
        let (name, bytes, message) = OddFilesTests.encodings[index]
        let folder = try TemporaryFolder()
        let file = folder.file("file.csv")
        try Data(bytes).write(to: file)
        let path = file.path(percentEncoded: false)
        #expect(throws: PerceptronError.invalidFile("\(path): \(message)"), "\(name)") {
            try Dataset<Double>(csv: file)
        }
    }

    @Test func dataSetsShowWhatWasRead() throws {
        let text =
            "size,colour,weight,kind\n1,red,5,yes\n2.5,blue,,no\n-3,,5,yes\n4,green,5,no\n5,a,5,yes\n6,b,5,yes\n7,c,5,yes\n"
        #expect(
            "\(try Reading(target: "kind").dataset(text))" == """
                7 rows, 3 columns
                column  kind         missing  values
                size    numeric            0  -3.0 to 7.0
                colour  categorical        1  a, b, blue, c, green and 1 more
                weight  numeric            1  5.0
                → kind  2 classes          0  no (2), yes (5)
                """)
        let values = try Dataset(
            inputs: Matrix<Float>([[.nan]]), targets: Matrix<Float>([[0.1]]), weights: [2], targetNames: ["price"])
        #expect(
            "\(values)" == """
                1 row, 1 column, weighted
                column   kind     missing  values
                x0       numeric        1  none
                → price  values         0  0.1
                """)
    }
}
