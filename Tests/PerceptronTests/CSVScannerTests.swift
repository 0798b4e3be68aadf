import Testing

@testable import Perceptron

/// The form of CSV files: every case read in chunks of several sizes.
@Suite struct CSVScannerTests {
    static let chunkSizes = [1, 2, 3, 7, 64, 1 << 16]

    static func rows(_ text: String, separator: UInt8 = UInt8(ascii: ","), chunkSize: Int) throws -> [[String]] {
        let source = CSVSource(name: "file.csv", bytes: Array(text.utf8), chunkSize: chunkSize)
        var scanner = try CSVScanner(source, separator: separator)
        var rows: [[String]] = []
        while try scanner.startRow() {
            rows.append([])
            repeat {
                try scanner.readText()
                rows[rows.count - 1].append(try scanner.string())
            } while scanner.ending == .separator
        }
        return rows
    }

    static let forms: [(String, [[String]])] = [
        ("", []),
        ("a", [["a"]]),
        ("a,b\nc,d\n", [["a", "b"], ["c", "d"]]),
        ("a,b\r\nc,d", [["a", "b"], ["c", "d"]]),
        ("a,b\rc,d\r", [["a", "b"], ["c", "d"]]),
        ("a,b\n\r\n\r\n\nc,d\r\r", [["a", "b"], ["c", "d"]]),
        ("a\n \t \nb\n  ", [["a"], ["b"]]),
        ("\u{FEFF}a,b\n", [["a", "b"]]),
        ("\u{FEFF}\"a\",b\n", [["a", "b"]]),
        ("\u{FEFF}", []),
        ("a\u{FEFF},\u{FEFF}b", [["a\u{FEFF}", "\u{FEFF}b"]]),
        (",\n", [["", ""]]),
        (",", [["", ""]]),
        ("a,\nb,", [["a", ""], ["b", ""]]),
        (" a , b\t", [["a", "b"]]),
        ("\n\n a, \"b\" \n \" c \"\t,\"\"", [["a", "b"], [" c ", ""]]),
        ("\"a\",\"b\"\n", [["a", "b"]]),
        ("\"\"\n\"\"", [[""], [""]]),
        ("\"a,b\",\"c\nd\",\"e\r\nf\",\"g\rh\"", [["a,b", "c\nd", "e\r\nf", "g\rh"]]),
        ("\"a\"\"b\",\"\"\"\",\"\"\"\"\"\"", [["a\"b", "\"", "\"\""]]),
        ("\" \"\n", [[" "]]),
        ("ä,\"日本\",🙂\n", [["ä", "日本", "🙂"]]),
        ("a;b,c\td", [["a;b", "c\td"]]),
    ]

    @Test(arguments: forms) func form(text: String, rows: [[String]]) throws {
        for size in CSVScannerTests.chunkSizes {
            #expect(try CSVScannerTests.rows(text, chunkSize: size) == rows, "chunks of \(size)")
        }
    }

    @Test func otherSeparators() throws {
        for (separator, character) in [(UInt8(ascii: ";"), ";"), (UInt8(ascii: "\t"), "\t"), (UInt8(ascii: "|"), "|")] {
            let text = "a,b\(character) \(character)\"c\(character)d\"\n\(character)\(character)"
            #expect(
                try CSVScannerTests.rows(text, separator: separator, chunkSize: 2)
                    == [["a,b", "", "c\(character)d"], ["", "", ""]])
        }
    }

    static let faults: [(String, String)] = [
        ("a,\"b", "line 1, column 2: the quote that begins the field is not closed"),
        ("a\nb,\"c\n\nd", "line 2, column 2: the quote that begins the field is not closed"),
        ("\"", "line 1, column 1: the quote that begins the field is not closed"),
        ("\"a\"\"", "line 1, column 1: the quote that begins the field is not closed"),
        ("a,b\"c", "line 1, column 2: a quote in a field that does not begin with one"),
        ("\n\n a, b \"c\"", "line 3, column 2: a quote in a field that does not begin with one"),
        ("\"a\" b", "line 1, column 1: there is text after the quote that ends the field"),
        ("\"a\"b", "line 1, column 1: there is text after the quote that ends the field"),
        ("x\r\n\"a\r\nb\rc\nd\" \" ,e", "line 5, column 1: there is text after the quote that ends the field"),
        ("a\0b", "line 1, column 1: the text has a NUL byte"),
        ("1\n2,\"a\n\0\"", "line 2, column 2: the text has a NUL byte"),
    ]

    @Test(arguments: faults) func fault(text: String, message: String) {
        for size in CSVScannerTests.chunkSizes {
            #expect(throws: PerceptronError.invalidFile("file.csv: \(message)"), "chunks of \(size)") {
                try CSVScannerTests.rows(text, chunkSize: size)
            }
        }
    }

    @Test(
        arguments: [
            ([0x61, 0xFF], 0xFF, "aÿ"), ([0xC3], 0xC3, "Ã"), ([0x22, 0xED, 0xA0, 0x80, 0x22], 0xED, nil),
            ([0xC0, 0xAF], 0xC0, "À¯"), ([0x66, 0xFC, 0x72, 0x20, 0x80, 0x9F], 0xFC, "für €Ÿ"),
        ] as [([UInt8], UInt8, String?)])
    func textThatIsNotUTF8(bytes: [UInt8], byte: UInt8, shown: String?) throws {
        let source = CSVSource(name: "file.csv", bytes: [0x31, 0x2C] + bytes, chunkSize: 2)
        var scanner = try CSVScanner(source, separator: UInt8(ascii: ","))
        #expect(try scanner.startRow())
        let number: Double? = try scanner.readNumber()
        #expect(number == 1)
        try scanner.readText()
        let reason =
            shown.map {
                ", and looks like WINDOWS-1252, \"\($0)\"; iconv -f WINDOWS-1252 -t UTF-8 makes a file of it that can be read"
            } ?? "; the file needs another encoding: iconv -f … -t UTF-8 converts it from the one that it has"
        let message = "the byte 0x\(String(byte, radix: 16, uppercase: true)) is not UTF-8\(reason)"
        #expect(throws: PerceptronError.invalidFile("file.csv: line 1, column 2: \(message)")) {
            try scanner.string()
        }
    }

    @Test func fieldsHaveALimit() throws {
        let limit = 1 << 20
        for quote in ["", "\""] {
            func read(_ count: Int) throws {
                var scanner = try CSVScanner(
                    CSVSource(
                        name: "file.csv",
                        bytes: Array(quote.utf8) + [UInt8](repeating: 0x61, count: count) + Array(quote.utf8),
                        chunkSize: 1 << 16), separator: UInt8(ascii: ","))
                _ = try scanner.startRow()
                try scanner.readText()
            }
            #expect(
                throws: PerceptronError.invalidFile(
                    "file.csv: line 1, column 1: the field has more than \(limit) bytes")
            ) { try read(limit + 1) }
        }
    }

    @Test(arguments: ["é", "\"", "\n", "\r", "\r\n", "5", "a", "E", "+", "-", ".", "\0"] as [Character])
    func separatorsThatAreNone(separator: Character) {
        let name = String(separator).debugDescription
        #expect(
            throws: PerceptronError.invalidArgument(
                "the separator is \(name): it must be a single ASCII character, such as a comma, a semicolon "
                    + "or a tab")
        ) { try CSVFormat(hasHeader: true, separator: separator) }
    }
}
