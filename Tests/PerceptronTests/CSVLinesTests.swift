import Foundation
import Perceptron
import TestSupport
import Testing

@Suite struct CSVLinesTests {
    struct Case: CustomTestStringConvertible {
        let name: String
        let text: String
        var header = true
        let rows: [Int]
        let lines: [Int: Int]
        var testDescription: String { name }
    }

    static let cases = [
        Case(name: "one after the other", text: "a,b\n1,2\n3,4\n", rows: [0, 1], lines: [0: 2, 1: 3]),
        Case(name: "no header", text: "1,2\n3,4\n", header: false, rows: [1], lines: [1: 2]),
        Case(name: "blank lines", text: "\na,b\n\n  \n1,2\n\n3,4", rows: [0, 1], lines: [0: 5, 1: 7]),
        Case(
            name: "line breaks in quotes", text: "\"a\nb\",c\n\"x\r\ny\n\",1\nz,2\n", rows: [0, 1], lines: [0: 3, 1: 6]),
        Case(name: "carriage returns", text: "a\r\n1\r\n2\r3\n", rows: [2, 0], lines: [0: 2, 2: 4]),
        Case(name: "rows that are not there", text: "a\n1\n", rows: [0, 7], lines: [0: 2]),
    ]

    @Test(arguments: cases) func areThoseOfAnEditor(_ test: Case) throws {
        try withTemporaryFolder { folder in
            let url = folder.appending(path: "table.csv")
            try Data(test.text.utf8).write(to: url)
            #expect(try CSV.lines(ofRows: test.rows, in: url, header: test.header) == test.lines)
        }
    }
}
