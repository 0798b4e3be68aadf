import Foundation
import Perceptron
import TestSupport
import Testing

#if canImport(FoundationXML)
    import FoundationXML
#endif

/// The pages that `train` and `cv` write.
@Suite struct ReportTests {
    private static let quick = ["--recipe", "plain", "--epochs", "6", "--seed", "7"]

    /// One command line for each kind of report; its table is written to the folder first.
    struct Case: CustomTestStringConvertible, Sendable {
        let name: String
        let table: String
        let arguments: [String]
        var testDescription: String { name }

        /// Runs it, and reads the page.
        func page(in folder: URL) throws -> ReportPage {
            try write(table, as: MadeTable.fileName, in: folder)
            try Command.run(arguments + quick, in: folder)
            return try ReportPage(folder.appending(path: "page.html"))
        }
    }

    static let cases = [
        Case(
            name: "classes, trained", table: MadeTable.hostile(),
            arguments: ["train", MadeTable.fileName, "--target", MadeTable.target, "--output", "page.safetensors"]),
        Case(
            name: "values, an ensemble", table: MadeTable.line(rows: 80),
            arguments: [
                "train", MadeTable.fileName, "--target", "y", "-o", "m", "--members", "2", "--report", "page.html",
            ]),
        Case(
            name: "classes, cross-validated", table: MadeTable.hostile(),
            arguments: [
                "cv", MadeTable.fileName, "--target", MadeTable.target, "--folds", "3", "--report", "page.html",
            ]),
        Case(
            name: "values, cross-validated", table: MadeTable.line(rows: 40),
            arguments: ["cv", MadeTable.fileName, "--target", "y", "--folds", "2", "--report", "page.html"]),
    ]

    // MARK: The page

    @Test(arguments: cases) func isAPageForEveryone(_ test: Case) throws {
        try withTemporaryFolder { folder in
            let page = try test.page(in: folder)
            let html = try #require(page.elements("html").first)
            #expect(page.text.hasPrefix("<!DOCTYPE html>\n"))
            #expect(html.attribute(named: "lang")?.stringValue == "en")
            #expect(try page.elements("meta").contains { $0.attribute(named: "name")?.stringValue == "viewport" })

            let headings = try page.all.compactMap { element -> Int? in
                guard let name = element.localName, name.count == 2, name.hasPrefix("h"), name != "hr" else {
                    return nil
                }
                return Int(name.dropFirst())
            }
            #expect(headings.first == 1)
            #expect(headings.count { $0 == 1 } == 1)
            #expect(zip(headings, headings.dropFirst()).allSatisfy { $1 <= $0 + 1 })

            let tables = try page.elements("table")
            #expect(tables.count >= 4)
            for table in tables {
                #expect(try page.elements("caption", in: table).first?.stringValue?.isEmpty == false)
                #expect(table.parent?.localName == "div", "wide ones scroll by themselves")
                #expect(try page.elements("th", in: table).allSatisfy { $0.attribute(named: "scope") != nil })
                let widths = Set(try page.elements("tr", in: table).map { $0.childCount })
                #expect(widths.count == 1, "as many cells in every row")
            }
            for drawing in try page.elements("svg") {
                #expect(try page.elements("title", in: drawing).first?.stringValue?.isEmpty == false)
            }
        }
    }

    /// Neither scripts nor anything that a browser would have to fetch.
    @Test(arguments: cases) func needsNothingElse(_ test: Case) throws {
        try withTemporaryFolder { folder in
            let page = try test.page(in: folder)
            let names = Set(try page.all.compactMap(\.localName))
            #expect(
                names.isDisjoint(with: ["script", "link", "img", "iframe", "object", "embed", "base", "form", "a"]))
            for element in try page.all {
                for attribute in element.attributes ?? [] {
                    let name = attribute.name ?? ""
                    #expect(!name.hasPrefix("on") && !["src", "href", "srcset"].contains(name))
                }
            }
            let style = try #require(page.elements("style").first?.stringValue)
            #expect(!style.contains("url(") && !style.contains("@import"))
            #expect(style.contains("prefers-color-scheme: dark") && style.contains("@media print"))
        }
    }

    @Test(arguments: [cases[0], cases[2]]) func whatComesFromDataIsText(_ test: Case) throws {
        try withTemporaryFolder { folder in
            let page = try test.page(in: folder)
            let shown = try page.shownText
            for text in MadeTable.columns + MadeTable.classes + [
                MadeTable.target, MadeTable.category, MadeTable.fileName,
            ] {
                #expect(shown.contains(text), "\(text)")
            }
            #expect(try page.elements("title").first?.stringValue == "Predicting \(MadeTable.target)")
            let names = try page.rows("Data as read").map(\.cells[0])
            #expect(names == MadeTable.classes.sorted() + MadeTable.columns)
            #expect(try page.rows("Confusion matrix").prefix(3).map(\.cells[0]) == MadeTable.classes.sorted())
            #expect(try Set(page.rows("Importance of the columns").map(\.cells[0])) == Set(MadeTable.columns))
        }
    }

    @Test(arguments: cases) func sameCommandSameBytes(_ test: Case) throws {
        let pages = try (0..<2).map { _ in
            try withTemporaryFolder { folder in
                _ = try test.page(in: folder)
                return try Data(contentsOf: folder.appending(path: "page.html"))
            }
        }
        #expect(pages[0] == pages[1])
    }

    @Test func commandIsThatOfAShell() throws {
        try withTemporaryFolder { folder in
            let page = try Self.cases[0].page(in: folder)
            let command = try #require(page.elements("code").last?.stringValue)
            let shell = try #require(HostProgram.path("sh"))
            let words = try HostProgram.run(
                shell, ["-c", "perceptron() { printf '%s\\n' \"$@\"; }; \(command)"], in: folder)
            #expect(
                String(decoding: words, as: UTF8.self)
                    == (Self.cases[0].arguments + Self.quick).map { $0 + "\n" }.joined())
        }
    }

    // MARK: The numbers

    @Test func numbersOfClassesAreThoseOfTheLibrary() throws {
        try withTemporaryFolder { folder in
            let table = try write(MadeTable.weighted(), as: "table.csv", in: folder)
            try Command.run(
                ["train", "table.csv", "--target", "kind", "--weights", "weight", "-o", "m.safetensors"] + Self.quick,
                in: folder)
            let page = try ReportPage(folder.appending(path: "m.html"))

            let data = try Dataset<Float>(csv: table, target: "kind", weights: "weight")
            let (training, held) = try data.split(testFraction: 0.2, seed: 7)
            var model = TabularModel<Float>(.plain, seed: 7)
            try model.fit(training, validation: .rows(held), epochs: 6, progress: .silent)

            let metrics: [Metric] = [.accuracy, .balancedAccuracy, .logLoss]
            let scores = try page.rows("Scores")
            #expect(scores.map(\.cells[0]) == metrics.map(\.name))
            #expect(try scores.map(\.numbers[0]) == metrics.map { try model.evaluate($0, on: held) })

            let outputs = try model.predict(held)
            let targets = try #require(held.targets)
            var shares = [Double](repeating: 0, count: 3)
            for (number, weight) in zip(held.classes ?? [], held.weights ?? []) { shares[number] += weight }
            #expect(scores[0].numbers[1] == (shares.max() ?? 0) / shares.reduce(0, +), "the baseline")

            let confusion = try ConfusionMatrix(outputs, targets, weights: held.weights)
            let cells = try page.rows("Confusion matrix").prefix(3).map { $0.cells.dropFirst().map { Double($0) } }
            #expect(cells.flatMap(\.self) == confusion.counts.elements.map { $0 })
            let kinds = try page.elements("td").compactMap { $0.attribute(named: "class")?.stringValue }
                .filter { ["right", "wrong", "none"].contains($0) }
            #expect(
                kinds
                    == (0..<9).map { cell in
                        cell % 4 == 0 ? "right" : confusion.counts.elements[cell] > 0 ? "wrong" : "none"
                    })
            let mistakes = try page.rows("Confusion matrix").dropFirst(3).prefix { $0.numbers.isEmpty }
            let wrong = (0..<3).flatMap { target in
                (0..<3).map { target == $0 ? 0 : confusion[target: target, predicted: $0] }
            }
            #expect(mistakes.map { Double($0.cells[2]) } == wrong.filter { $0 > 0 }.sorted(by: >))
            let report = try ClassificationReport(outputs, targets, weights: held.weights)
            #expect(
                try page.rows("Confusion matrix").suffix(3).map(\.numbers)
                    == report.classes.map { [$0.precision, $0.recall, $0.f1] })

            let calibration = try #require(try page.section("Calibration"))
            #expect(
                try page.numbers(in: calibration) == [
                    Metric.expectedCalibrationError(bins: 10)(outputs, targets, weights: held.weights)
                ])
            let bins = try page.rows("Calibration").map { Double($0.cells[3]) ?? .nan }
            #expect(bins.reduce(0, +) == held.weights?.reduce(0, +))

            let importance = try model.pipeline?.permutationImportance(on: held, metric: .logLoss, seed: 7)
            let shown = try page.rows("Importance of the columns")
            for row in shown {
                let column = try #require(["x", "y"].firstIndex(of: row.cells[0]))
                #expect(row.numbers == importance.map { [$0.means[column], $0.standardDeviations[column]] })
            }
            #expect(shown.count == 2 && shown[0].numbers[0] >= shown[1].numbers[0])
        }
    }

    @Test func worstRowsAreFoundInTheFile() throws {
        try withTemporaryFolder { folder in
            let table = Command.table("orchard.csv")
            try Command.run(
                [
                    "train", table.path(percentEncoded: false), "--target", "yield", "--ignore", "tree", "-o",
                    "m.safetensors",
                ] + Self.quick, in: folder)
            let page = try ReportPage(folder.appending(path: "m.html"))

            let data = try Dataset<Float>(csv: table, target: "yield", ignoring: ["tree"])
            let (training, held) = try data.split(testFraction: 0.2, seed: 7)
            var model = TabularModel<Float>(.plain, seed: 7)
            try model.fit(training, validation: .rows(held), epochs: 6, progress: .silent)
            let predicted = try model.predict(held)
            guard case .matrix(let truth) = held.targets else { return }
            let errors = (0..<held.rows).map { abs(Double(predicted[$0, 0]) - Double(truth[$0, 0])) }

            let order = errors.indices.sorted { (errors[$1], $0) < (errors[$0], $1) }.prefix(10)
            let worst = try page.rows("Worst rows")
            #expect(worst.map { $0.numbers.last } == order.map { errors[$0] })
            // Trees are numbered in their order; notes have line breaks, and some lines are blank.
            let lines = try String(contentsOf: table, encoding: .utf8).split(
                separator: "\n", omittingEmptySubsequences: false)
            let places = try #require(held.indices)
            for (row, index) in zip(worst, order) {
                let line = try #require(Int(row.cells[0]))
                #expect(lines[line - 1].hasPrefix("\(places[index] + 1),"))
                // Whole numbers have no fraction.
                #expect(row.cells[1] == "\(truth[index, 0])".replacing(/\.0$/, with: ""))
                #expect(row.numbers[0] == Double(predicted[index, 0]))
            }
            let section = try #require(try page.section("Predicted against true"))
            let sorted = errors.sorted()
            #expect(try page.numbers(in: section) == [sorted[8], sorted[16], sorted[17]])
        }
    }

    @Test func numbersOfFoldsAreThoseOfTheLibrary() throws {
        try withTemporaryFolder { folder in
            let table = try write(MadeTable.weighted(), as: "table.csv", in: folder)
            try Command.run(
                ["cv", "table.csv", "--target", "kind", "--folds", "3", "--report", "page.html"] + Self.quick,
                in: folder)
            let page = try ReportPage(folder.appending(path: "page.html"))

            let data = try Dataset<Float>(csv: table, target: "kind")
            let result = try TabularModel<Float>(.plain, seed: 7).crossValidate(
                on: data, folds: 3, metrics: [.accuracy, .balancedAccuracy, .logLoss], epochs: 6)
            let targets = try #require(data.targets)
            let guesses = [40.0 / 120, 1.0 / 3, log(3.0)]
            for (index, (row, score)) in zip(try page.rows("Scores"), result.scores).enumerated() {
                #expect(row.cells[0] == score.name)
                #expect(row.numbers.prefix(2) == [score.mean, score.standardDeviation])
                #expect(abs(row.numbers[2] - guesses[index]) < 1e-6, "the baseline")
                #expect(row.numbers.suffix(3) == score.values[...])
            }
            let confusion = try ConfusionMatrix(result.predictions, targets)
            let cells = try page.rows("Confusion matrix").prefix(3).map { $0.cells.dropFirst().map { Double($0) } }
            #expect(cells.flatMap(\.self) == confusion.counts.elements.map { $0 })

            // The folds' models once more, each on the rows that it was not trained on.
            var means = [0.0, 0.0, 0.0]
            for (training, leftOut) in try data.folds(3) {
                var model = TabularModel<Float>(.plain, seed: 7)
                try model.fit(training, epochs: 6, progress: .silent)
                let importance = try #require(model.pipeline).permutationImportance(
                    on: leftOut, metric: .logLoss, seed: 7)
                for column in means.indices { means[column] += importance.means[column] }
            }
            for row in try page.rows("Importance of the columns") {
                let column = try #require(data.columns.map(\.name).firstIndex(of: row.cells[0]))
                #expect(row.numbers[0] == means[column] / 3)
            }
        }
    }

    /// What is shown is the exact number, rounded, its digits in groups of three where there are more than four.
    @Test(arguments: [(-123_456.0, 2), (1_234, 1)])
    func numbersAreGrouped(factor: Double, mostGroups: Int) throws {
        try withTemporaryFolder { folder in
            var lines = MadeTable.line(rows: 60).split(separator: "\n").map(String.init)
            for row in 1..<lines.count {
                let cells = lines[row].split(separator: ",")
                lines[row] = "\(cells[0]),\(cells[1]),\(Double(cells[2])! * factor)"
            }
            try write(lines.joined(separator: "\n") + "\n", as: "table.csv", in: folder)
            try Command.run(["train", "table.csv", "--target", "y", "-o", "m.st"] + Self.quick, in: folder)
            let page = try ReportPage(folder.appending(path: "m.html"))
            var (longest, most) = (0, 0)
            for element in try page.elements("data") {
                let shown = element.stringValue ?? ""
                let exact = try #require(element.attribute(named: "value")?.stringValue.flatMap(Double.init))
                guard !shown.hasSuffix("%") else { continue }
                let plain = try #require(Double(shown.replacing("\u{202F}", with: "")), "\(shown)")
                #expect(abs(plain - exact) <= 0.006 * abs(exact), "\(shown) for \(exact)")
                let whole = shown.drop { $0 == "-" }.prefix { $0 != "." && $0 != "e" }
                let groups = whole.split(separator: "\u{202F}")
                #expect(groups.dropFirst().allSatisfy { $0.count == 3 }, "\(shown)")
                #expect(groups.count == 1 ? groups[0].count <= 4 : groups[0].count <= 3, "\(shown)")
                longest = max(longest, groups[0].count)
                most = max(most, groups.count)
            }
            #expect(longest == 4 && most == mostGroups)
        }
    }

    /// Of many rows some dots are drawn, the most wrong among them.
    @Test func manyRowsStaySmall() throws {
        try withTemporaryFolder { folder in
            try write(MadeTable.line(rows: 12_500), as: "line.csv", in: folder)
            try Command.run(
                ["train", "line.csv", "--target", "y", "--recipe", "plain", "--epochs", "1", "-o", "m.st"], in: folder)
            let page = try ReportPage(folder.appending(path: "m.html"))
            let section = try #require(try page.section("Predicted against true"))
            let dots = try page.elements("path", in: section).map { path in
                path.attribute(named: "d")?.stringValue?.split(separator: "h0").count ?? 0
            }
            // 2,500 rows, of which every second is drawn, and ten.
            #expect((1240...1250).contains(dots.dropLast().last ?? 0))
            #expect(dots.last == 10)
            #expect(page.text.utf8.count < 100_000)
        }
    }

    // MARK: The file

    @Test func noReportIfNoneIsWanted() throws {
        try withTemporaryFolder { folder in
            try write(MadeTable.line(rows: 40), as: "line.csv", in: folder)
            try Command.run(
                ["train", "line.csv", "--target", "y", "-o", "m.st", "--no-report"] + Self.quick, in: folder)
            try Command.run(["cv", "line.csv", "--target", "y"] + Self.quick, in: folder)
            let files = try FileManager.default.contentsOfDirectory(atPath: folder.path(percentEncoded: false))
            #expect(Set(files.filter { !$0.hasPrefix("output-") && !$0.hasPrefix("errors-") }) == ["line.csv", "m.st"])
        }
    }

    struct Refusal: CustomTestStringConvertible, Sendable {
        let arguments: [String]
        let status: Int
        let message: String
        var testDescription: String { message }
    }

    static let refusals = [
        Refusal(
            arguments: ["train", "line.csv", "--target", "y", "-o", "m.html"], status: 2,
            message: "The report would replace the model, m.html"),
        Refusal(
            arguments: ["train", "line.csv", "--target", "y", "-o", "m.st", "--report", "./line.csv"], status: 2,
            message: "The report would replace the table, line.csv"),
        Refusal(
            arguments: ["cv", "line.csv", "--target", "y", "--report", "line.csv"], status: 2,
            message: "The report would replace the table, line.csv"),
        Refusal(
            arguments: ["train", "line.csv", "--target", "y", "-o", "m.st", "--report", "r.html", "--no-report"],
            status: 2, message: "--report and --no-report can't both be given"),
        Refusal(
            arguments: ["cv", "line.csv", "--target", "y", "--folds", "2", "--report", "none/r.html"], status: 1,
            message: "none/r.html: its folder can't be opened"),
    ]

    @Test(arguments: refusals) func badPlacesAreRefused(_ refusal: Refusal) throws {
        try withTemporaryFolder { folder in
            let table = try write(MadeTable.line(rows: 40), as: "line.csv", in: folder)
            let message = errorMessage { try Command.run(refusal.arguments + Self.quick, in: folder) }
            #expect(message.contains(": \(refusal.status) "))
            #expect(message.contains(refusal.message))
            #expect(try Data(contentsOf: table) == Data(MadeTable.line(rows: 40).utf8))
        }
    }
}

/// Writes a table into a folder.
@discardableResult
private func write(_ table: String, as name: String, in folder: URL) throws -> URL {
    let url = folder.appending(path: name)
    try Data(table.utf8).write(to: url)
    return url
}
