import Foundation
import TestSupport
import Testing

@testable import Perceptron

/// Dates, and the numbers that they become.
@Suite struct DateTests {
    private struct Golden: Decodable {
        struct Case: Decodable {
            let text: String
            let format: String?
            let numbers: [Double]
        }
        struct Refused: Decodable {
            let text: String
            let format: String?
        }
        let cases: [Case]
        let refused: [Refused]
    }

    /// As Python's datetime computes them (`Golden/make_dates_golden.py`).
    private static func golden() throws -> Golden {
        let url = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden/dates.json")
        return try JSONDecoder().decode(Golden.self, from: Data(contentsOf: url))
    }

    private static func read(_ text: String, _ format: String? = nil) throws -> CalendarTime {
        try DateFormat(format).read(Array(text.utf8).span)
    }

    private static let values: [DateValue] = [
        .days, .yearSine, .yearCosine, .weekSine, .weekCosine, .daySine, .dayCosine,
    ]

    @Test func likePython() throws {
        let cases = try Self.golden().cases
        #expect(cases.count == 675)
        for golden in cases {
            let time = try Self.read(golden.text, golden.format)
            for (value, expected) in zip(Self.values, golden.numbers) {
                let found = value(time)
                // A few roundings; whole seconds have none.
                let bound = value == .days ? (time.nanoseconds == 0 ? 0 : abs(expected) * 0x1p-51) : 1e-12
                #expect(abs(found - expected) <= bound, "\(golden.text), \(value): \(found), not \(expected)")
            }
        }
    }

    @Test func refusedLikePython() throws {
        let texts = try Self.golden().refused
        #expect(texts.count == 448)
        for refused in texts {
            #expect(throws: DateFormat.Fault.self, "\(refused.text)") { try Self.read(refused.text, refused.format) }
        }
    }

    @Test func everyMonthFollowsTheOneBefore() {
        var number = -719_162
        for year in 1...9999 {
            for month in 1...12 {
                let first = CalendarTime(year: year, month: month, day: 1)
                guard first.dayNumber == number else {
                    Issue.record("\(year)-\(month): \(first.dayNumber), not \(number)")
                    return
                }
                number += CalendarTime.days(inMonth: month, of: year)
            }
        }
        #expect(CalendarTime(year: 1970, month: 1, day: 1).dayNumber == 0)
        #expect([1900, 2000, 2023, 2024, 2100].map(CalendarTime.days(in:)) == [365, 366, 365, 366, 365])
    }

    @Test func textsOfDays() throws {
        for day in [-719_162, -1, 0, 58, 59, 19_782, 19_783, 2_932_896]
            + Array(stride(from: -719_162, to: 2_932_896, by: 997))
        {
            let text = try #require(CalendarTime.text(dayNumber: day))
            #expect(try Self.read(text).dayNumber == day)
        }
        #expect(CalendarTime.text(dayNumber: 19_783) == "2024-03-01")
        #expect(CalendarTime.text(dayNumber: -719_163) == nil)
        #expect(CalendarTime.text(dayNumber: 2_932_897) == nil)
    }

    @Test(arguments: [
        ("dd.mm.yyyy", "has minutes (m) and no hour (H); months are M"),
        (
            "%d.%m.%Y",
            "has \"Y\"; it can have yyyy, yy, MMMM, MMM, MM, M, dd, d, HH, H, hh, h, a, mm, m, ss, s, S and Z, and other letters in single quotes"
        ),
        (
            "yyy",
            "has \"yyy\"; it can have yyyy, yy, MMMM, MMM, MM, M, dd, d, HH, H, hh, h, a, mm, m, ss, s, S and Z, and other letters in single quotes"
        ),
        ("", "has no year (yyyy)"),
        ("dd.MM.", "has no year (yyyy)"),
        ("yyyy dd", "has a day (d) and no month (M)"),
        ("yyyy hh", "has an hour up to 12 (h) and no AM or PM (a)"),
        ("yyyy H a", "has an AM or PM (a) and no hour up to 12 (h)"),
        ("yyyy H h a", "has two hours (H and h)"),
        ("yyyy H:s", "has seconds (s) and no minutes (m)"),
        ("yyyy H:m.S", "has a fraction (S) and no seconds (s)"),
        ("yyyy-MM-MMM", "has \"M\" twice"),
        ("yyyy 'at", "has a quote that is not closed"),
    ])
    func formatsThatAreNone(_ format: String, _ reason: String) {
        let message = "the date format \(format.debugDescription) \(reason)"
        #expect(throws: PerceptronError.invalidArgument(message)) { try DateFormat(format) }
    }

    @Test func literals() throws {
        let time = CalendarTime(year: 2024, month: 3, day: 5, seconds: 8 * 3600)
        #expect(try Self.read("2024-03-05 o'clock 08 Uhr é", "yyyy-MM-dd 'o''clock' HH 'Uhr é'") == time)
        #expect(try Self.read("'2024-3-5 8", "''yyyy-M-d H") == time)
        #expect(try Self.read("5 MARCH 2024 08PM", "d MMMM yyyy hha").seconds == 20 * 3600)
    }

    /// Of a fraction the first nine digits count; of two digits of a year POSIX knows the century.
    @Test func digits() throws {
        let time = try Self.read("2024-03-05T08:00:00.12345678987654321Z")
        #expect(time.nanoseconds == 123_456_789 && time.seconds == 8 * 3600 && time.offset == 0)
        #expect(try Self.read("8:00:00.5 2024", "H:m:s.S yyyy").nanoseconds == 500_000_000)
        #expect(try ["00", "68", "69", "99"].map { try Self.read($0, "yy").year } == [2000, 2068, 1969, 1999])
    }

    // MARK: CSV files

    private static let file = """
        joined,size,sold
        2024-02-29,1,1.3.2024 18:30
        1969-12-31,2,
        NA,3,31.12.1999 00:00
        2023-03-01T12:00:00-06:00,4,1.1.1970 06:00

        """

    private static func dataset(
        _ text: String, dates: [DateColumn], target: String? = nil, schema: [Column]? = nil
    ) throws -> Dataset<Double> {
        try CSVTableTests.dataset(
            text, CSVSelection(schema: schema, targets: target.map { [$0] } ?? [], dates: dates), chunkSize: 7)
    }

    @Test func becomeColumns() throws {
        let data = try Self.dataset(
            Self.file, dates: ["joined", .column("sold", format: "d.M.yyyy HH:mm", as: [.day, .days])])
        let format = "d.M.yyyy HH:mm"
        #expect(
            data.columns == [
                Column("joined", dates: DateSource(column: "joined")), Column("size"),
                Column("sold day sine", dates: DateSource(column: "sold", format: format, value: .daySine)),
                Column("sold day cosine", dates: DateSource(column: "sold", format: format, value: .dayCosine)),
                Column("sold", dates: DateSource(column: "sold", format: format)),
            ])
        #expect(data.inputs.column(0).map { $0.isNaN ? -9 : $0 } == [19_782, -1, -9, 19_417.75])
        #expect(data.inputs.column(1) == [1, 2, 3, 4])
        #expect(data.inputs.column(4).map { $0.isNaN ? -9 : $0 } == [19_783 + 18.5 / 24, -9, 10_956, 0.25])
        for (row, part) in [18.5 / 24, .nan, 0, 0.25].enumerated() {
            for (column, expected) in [(2, sin(2 * .pi * part)), (3, cos(2 * .pi * part))] {
                let found = data.inputs[row, column]
                #expect(abs(found - expected) < 1e-15 || found.isNaN && expected.isNaN)
            }
        }
        #expect(
            "\(data)" == """
                4 rows, 5 columns
                column           kind     missing  values
                joined           date           1  1969-12-31 to 2024-02-29
                size             numeric        0  1.0 to 4.0
                sold day sine    date           1  -0.9914448613738105 to 1.0
                sold day cosine  date           1  6.123233995736766e-17 to 1.0
                sold             date           1  1970-01-01 to 2024-03-01
                """)
        // The columns of a data set say how the next file is read.
        let next = "sold,size,more,joined\n1.1.1970 06:00,5,x,2023-03-01T18:00:00Z\n"
        let again = try Self.dataset(next, dates: [], schema: data.columns)
        #expect(again.columns == data.columns)
        #expect(again.inputs.elements[0] == 19_417.75 && again.inputs.elements[1] == 5 && again.inputs[0, 4] == 0.25)
        #expect(again.inputs[0, 2] == 1)
    }

    @Test func datesBehindTextsThatLookLikeNumbers() throws {
        // The file is read twice, and dates with it.
        let text = "a,b\n1,2024-01-01\nx,2024-01-02\n2,\n"
        let data = try Self.dataset(text, dates: ["b"])
        #expect(data.columns[0] == Column("a", .categorical(categories: ["1", "2", "x"])))
        #expect(CSVTableTests.bits(data.inputs.elements) == CSVTableTests.bits([0, 19_723, 2, 19_724, 1, .nan]))
    }

    static let faults: [(String, [DateColumn], String)] = [
        (
            "a\n2023-02-28\n2023-02-30\n", ["a"],
            "line 3, column 1 \"a\": \"2023-02-30\" is not a date: month 2 of 2023 has 28 days"
        ),
        ("a\n2023-13-01\n", ["a"], "line 2, column 1 \"a\": \"2023-13-01\" is not a date: there is no month 13"),
        ("a\n2023-00-01\n", ["a"], "line 2, column 1 \"a\": \"2023-00-01\" is not a date: there is no month 0"),
        ("a\n2023-01-00\n", ["a"], "line 2, column 1 \"a\": \"2023-01-00\" is not a date: there is no day 0"),
        ("a\n0000-01-01\n", ["a"], "line 2, column 1 \"a\": \"0000-01-01\" is not a date: there is no year 0"),
        (
            "a\n2023-01-01T24:00\n", ["a"],
            "line 2, column 1 \"a\": \"2023-01-01T24:00\" is not a date: there is no hour 24"
        ),
        (
            "a\n2023-01-01T23:60\n", ["a"],
            "line 2, column 1 \"a\": \"2023-01-01T23:60\" is not a date: there is no minute 60"
        ),
        (
            "a\n2016-12-31T23:59:60Z\n", ["a"],
            "line 2, column 1 \"a\": \"2016-12-31T23:59:60Z\" is not a date: there is no second 60"
        ),
        (
            "a\n2023-01-01T00:00+24:00\n", ["a"],
            "line 2, column 1 \"a\": \"2023-01-01T00:00+24:00\" is not a date: there is no time zone of 24 hours "
                + "and 0 minutes"
        ),
        (
            "a\n1/2/2024 13:00 PM\n", [.column("a", format: "M/d/yyyy h:mm a")],
            "line 2, column 1 \"a\": \"1/2/2024 13:00 PM\" is not a date: there is no hour 13 before or after noon"
        ),
        (
            "a,b\n1,3/15/2024\n", ["b"],
            "line 2, column 2 \"b\": \"3/15/2024\" is not an ISO 8601 date, such as 2024-03-15 or "
                + "2024-03-15T08:30:00+01:00; give its format in dates:, or list it in missing:"
        ),
        (
            "a,b\n1,2024-03-15\n", [.column("b", format: "dd.MM.yyyy")],
            "line 2, column 2 \"b\": \"2024-03-15\" is not a date of the format \"dd.MM.yyyy\""
        ),
        ("a,b\n1,2\n", ["c"], "no column \"c\" for the dates; it has \"a\", \"b\""),
    ]

    @Test(arguments: faults.indices) func isTold(_ index: Int) {
        let (text, dates, message) = DateTests.faults[index]
        #expect(throws: PerceptronError.invalidFile("file.csv: \(message)")) { try Self.dataset(text, dates: dates) }
    }

    @Test func argumentsThatDontFit() {
        let text = "a,b,a year sine\n2024-01-01,1,2\n"
        func expect(_ message: String, _ read: () throws -> Void) {
            #expect(throws: PerceptronError.invalidArgument(message), performing: read)
        }
        expect("column \"a\" can't be both the target and the dates") {
            _ = try Self.dataset(text, dates: ["a"], target: "a")
        }
        expect("column \"a\" can't be both the dates and the dates") { _ = try Self.dataset(text, dates: ["a", "a"]) }
        expect("two inputs can't both be named \"a year sine\"") {
            _ = try Self.dataset(text, dates: [.column("a", as: [.days, .year])])
        }
        expect("the dates of column \"a\" can't have two formats") {
            _ = try Self.dataset(
                text, dates: [],
                schema: [
                    Column("x", dates: DateSource(column: "a")),
                    Column("y", dates: DateSource(column: "a", format: "yyyy-MM-dd", value: .yearSine)),
                ])
        }
        expect("column \"a\" can't be both the dates and the inputs") {
            _ = try Self.dataset(
                text, dates: [], schema: [Column("x", dates: DateSource(column: "a")), Column("a")])
        }
        expect("the date format \"dd\" has no year (yyyy)") {
            _ = try Self.dataset(text, dates: [.column("a", format: "dd")])
        }
    }

    @Test func pipelinesReadTheDatesOfTheNextFile() throws {
        let folder = try TemporaryFolder()
        let file = folder.file("training.csv")
        var text = "joined,size,sold,price\n"
        for row in 0..<30 {
            text += "2024-01-\(row + 10 > 31 ? 31 : row + 10),\(row % 7),\(row % 28 + 1).2.2023,\(row)\n"
        }
        try text.write(to: file, atomically: true, encoding: .utf8)
        let data = try Dataset<Double>(
            csv: file, target: "price", dates: ["joined", .column("sold", format: "d.M.yyyy", as: [.days, .week])])
        var pipeline = Pipeline<Double>(preprocessing: Preprocessing(standardizesTargets: true), seed: 2) {
            [Linear($0, 4), Tanh(), Linear(4, $1)]
        }
        try pipeline.train(on: data, loss: MeanSquaredError(), epochs: 2, progress: .silent)
        #expect(pipeline.columns == data.columns)

        let next = folder.file("next.csv")
        try "sold,id,size,joined\n3.5.2023,q,1,2024-02-29T12:00Z\n,r,2,2024-03-01\n31.12.2022,s,,\n"
            .write(to: next, atomically: true, encoding: .utf8)
        let rows = try Dataset<Double>(
            csv: next, ignoring: ["id"],
            dates: [.column("sold", format: "d.M.yyyy", as: [.week, .days]), "joined"])
        let expected = try pipeline.predict(rows)
        #expect(try pipeline.predict(csv: next) == expected)
        let saved = folder.file("pipeline.safetensors")
        try pipeline.save(to: saved)
        let loaded = try Pipeline<Double>(contentsOf: saved)
        #expect(loaded.columns == data.columns)
        #expect(try loaded.predict(csv: next) == expected)
        #expect(loaded.fittedPreprocessing == pipeline.fittedPreprocessing)
        // What it does not say is an error, not another way to read them.
        try "sold,size,joined\n2023-05-03,1,2024-02-29\n".write(to: next, atomically: true, encoding: .utf8)
        let path = next.path(percentEncoded: false)
        #expect(
            throws: PerceptronError.invalidFile(
                "\(path): line 2, column 1 \"sold\": \"2023-05-03\" is not a date of the format \"d.M.yyyy\"")
        ) { try loaded.predict(csv: next) }
        try "sold,size\n3.5.2023,1\n".write(to: next, atomically: true, encoding: .utf8)
        #expect(
            throws: PerceptronError.invalidFile(
                "\(path): no column \"joined\" for the dates; it has \"sold\", \"size\"")
        ) { try loaded.predict(csv: next) }
    }

    @Test func filesWithFormatsThatAreNone() throws {
        let data = try Dataset(
            inputs: Matrix<Double>([[1], [2]]), targets: Matrix([[1], [2]]),
            columns: [Column("a", dates: DateSource(column: "a", format: "d.M.yyyy"))])
        let fitted = try Preprocessing().fitted(to: data)
        let json = String(decoding: try JSONEncoder().encode(fitted), as: UTF8.self)
        #expect(try JSONDecoder().decode(FittedPreprocessing.self, from: Data(json.utf8)) == fitted)
        let broken = json.replacing("d.M.yyyy", with: "d.M.")
        #expect(broken != json)
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode(FittedPreprocessing.self, from: Data(broken.utf8))
        }
    }
}
