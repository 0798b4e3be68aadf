import Foundation
import Testing

@testable import Perceptron

@Suite struct HistoryFilesTests {
    private func history(
        _ losses: [Double], validation: [Double] = [], metrics: [(String, [Double])] = [], kept: Int? = nil
    ) -> History {
        var history = History()
        history.losses = losses
        history.validationLosses = validation
        history.metrics = metrics.map { History.Series(name: $0.0, values: $0.1) }
        history.keptEpoch = kept
        return history
    }

    /// What a file of a history holds.
    private func written(_ write: (URL) throws -> Void) throws -> String {
        let url = FileManager.default.temporaryDirectory.appending(path: "history-\(UUID())")
        defer { try? FileManager.default.removeItem(at: url) }
        try write(url)
        return try String(contentsOf: url, encoding: .utf8)
    }

    /// The values of an attribute, in the order in which they stand.
    private func attributes(_ name: String, _ element: String, in svg: String) -> [String] {
        svg.split(separator: "\n").filter { $0.hasPrefix("<\(element) ") }.compactMap { line in
            line.firstRange(of: " \(name)=\"").map { String(line[$0.upperBound...].prefix { $0 != "\"" }) }
        }
    }

    private func texts(_ svg: String) -> [String] {
        svg.split(separator: "\n").filter { $0.hasPrefix("<text ") }.map { line in
            String(line.drop { $0 != ">" }.dropFirst().prefix { $0 != "<" })
        }
    }

    /// The points of the curve in a colour: of the one line that is not straight.
    private func curve(_ color: String, in svg: String) -> [(x: Double, y: Double)] {
        let lines = svg.split(separator: "\n").filter { $0.contains("stroke=\"\(color)\"") && $0.contains("h0L") }
        #expect(lines.count == 1)
        return lines.flatMap { attributes("d", "path", in: String($0)) }.flatMap { path in
            path.split { "MLh".contains($0) }.compactMap { pair in
                let numbers = pair.split(separator: " ").compactMap { Double($0) }
                return numbers.count == 2 ? (numbers[0], numbers[1]) : nil
            }
        }
    }

    // MARK: CSV

    @Test func everyColumnOfEveryEpoch() throws {
        let history = history(
            [2.5, 0.1, 1e-7], validation: [3, .nan, .infinity],
            metrics: [("accuracy", [0.5, 1, 1 / 3]), ("a \"b\", c", [1, 2, -0.0])], kept: 2)
        #expect(
            try written(history.write(csv:)) == """
                epoch,loss,validation loss,accuracy,"a ""b"", c",kept
                1,2.5,3.0,0.5,1.0,0
                2,0.1,nan,1.0,2.0,1
                3,1e-07,inf,0.3333333333333333,-0.0,0

                """)
    }

    @Test func columnsThatAreNotThere() throws {
        #expect(try written(history([1], kept: 1).write(csv:)) == "epoch,loss,kept\n1,1.0,1\n")
        #expect(try written(History().write(csv:)) == "epoch,loss,kept\n")
    }

    @Test func filesThatCannotBeWritten() {
        let url = URL(filePath: "/nowhere/history")
        for write in [{ try History().write(csv: url) }, { try History().write(svg: url) }] {
            #expect {
                try write()
            } throws: { error in
                guard case .fileAccess(let message)? = error as? PerceptronError else { return false }
                return message.hasPrefix("/nowhere/history: its folder can't be opened")
            }
        }
    }

    // MARK: SVG

    @Test func aValueIsWhereItBelongs() throws {
        let svg = history([4, 2, 1, 0], validation: [0, 1, 2, 4]).svg()
        let training = curve("#0072B2", in: svg)
        let validation = curve("#D55E00", in: svg)
        #expect(training.count == 4 && validation.count == 4)
        #expect(zip(training, validation).allSatisfy { $0.x == $1.x })
        #expect(
            zip(training, training.dropFirst()).allSatisfy {
                abs($1.x - $0.x - (training[3].x - training[0].x) / 3) < 0.02
            })
        #expect(zip(training, validation.reversed()).allSatisfy { abs($0.y - $1.y) < 0.011 })
        // The axis goes from 0 to 4, and on paper from the lowest to the highest.
        let (top, bottom) = (training[0].y, training[3].y)
        #expect(abs(bottom - top - 230) < 0.011)
        #expect(abs(training[1].y - (top + bottom) / 2) < 0.011)
        #expect(abs(training[2].y - (top + 3 * bottom) / 4) < 0.011)
    }

    @Test(
        arguments: [
            ([1, 0.051], [], false), ([1, 0.049], [], true), ([1, 1], [0.04, 1], true), ([1, 0.001, 0], [], false),
            ([1, -0.01], [], false), ([.nan, 0.05, 0.9], [], false), ([1, 0.01, .nan], [], true),
        ] as [([Double], [Double], Bool)])
    func theLossAxisIsLogarithmicForRatiosAbove20(_ losses: [Double], _ validation: [Double], _ expected: Bool) {
        // Of a logarithmic axis, 0.1 and 1 are ticks, and no 0.0 is.
        let labels = texts(history(losses, validation: validation).svg())
        #expect(labels.contains("0.1") == expected)
        #expect(labels.contains("0.0") != expected)
    }

    @Test func theKeptEpochIsMarkedInEachPanel() throws {
        let svg = history([3, 2, 1], metrics: [("accuracy", [0.5, 0.6, 0.7])], kept: 2).svg()
        #expect(texts(svg).filter { $0 == "kept: epoch 2" }.count == 1)
        let lines = svg.split(separator: "\n").filter { $0.contains("stroke-dasharray=\"4 3\"") }
        #expect(lines.count == 2)
        let x = curve("#0072B2", in: svg)[1].x
        #expect(lines.allSatisfy { $0.contains("M\(SVGDocument.rounded(x)) ") })
        for kept in [nil, 0, 4] {
            #expect(!history([3, 2, 1], kept: kept).svg().contains("kept"))
        }
    }

    @Test(
        arguments: [
            ([], ["Training loss"]),
            ([("accuracy", [0.8, 0.9])], ["Training loss", "accuracy, training rows"]),
            ([("accuracy", [0.8, 0.9]), ("F1", [0.7, 0.85])], ["Training loss", "Metrics, training rows"]),
            // Of 0.7 to 0.9, 0.97 to 0.98 would be a flat line; so would all beside thousands.
            (
                [("F1", [0.7, 0.9]), ("top-5", [0.97, 0.98]), ("MAE", [2000, 1000])],
                ["Training loss", "F1, training rows", "top-5, training rows", "MAE, training rows"]
            ),
            ([("a", [1, 1]), ("b", [1, 1])], ["Training loss", "Metrics, training rows"]),
            // Five colours, so five curves a panel.
            (
                "abcdef".map { (String($0), [0, 1]) },
                ["Training loss", "Metrics, training rows", "f, training rows"]
            ),
        ] as [([(String, [Double])], [String])])
    func metricsOfOneRangeShareAPanel(_ metrics: [(String, [Double])], _ headings: [String]) {
        let svg = history([2, 1], metrics: metrics).svg()
        let bold = svg.split(separator: "\n").filter { $0.contains("font-weight=\"600\"") }.joined(separator: "\n")
        #expect(texts(bold) == headings)
    }

    @Test func titlesAndNames() {
        let svg = history([1], validation: [2], metrics: [("<a> & \"b\"\u{1}", [1])]).svg(title: "R & D\n<1>")
        #expect(svg.contains("<title>R &amp; D &lt;1&gt;</title>"))
        #expect(texts(svg).contains("&lt;a&gt; &amp; &quot;b&quot;\u{FFFD}, validation rows"))
        #expect(texts(svg).contains("training") && texts(svg).contains("validation"))
    }

    /// A long history makes no long file, and its worst epoch is seen.
    @Test func tenThousandEpochs() throws {
        var generator = RandomGenerator(seed: 1)
        var losses = (0..<10_000).map { _ in Double.random(in: 1...2, using: &generator) }
        losses[7_654] = 8
        let history = history(losses, validation: losses, kept: 7_654)
        let svg = history.svg(title: "Long")
        #expect(svg.utf8.count < 150_000)
        #expect(svg == history.svg(title: "Long"))
        let points = curve("#0072B2", in: svg)
        let (highest, lowest) = (try #require(points.map(\.y).min()), try #require(points.map(\.y).max()))
        // The axis goes from 1 to 8.
        #expect(points.filter { $0.y == highest }.count == 1)
        #expect(abs(lowest - highest - 230) < 1)
    }

    @Test(
        arguments: [[], [.nan], [1], [0, 0, 0], [1e308, -1e308, .leastNonzeroMagnitude], [.infinity, .nan, 2, .nan]]
            as [[Double]])
    func everyHistoryIsDrawn(_ losses: [Double]) {
        let svg = history(losses, metrics: [("metric", losses)], kept: losses.count).svg()
        #expect(svg.hasPrefix("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"760\"") && svg.hasSuffix("</svg>\n"))
        #expect(!svg.contains("nan") && !svg.contains("inf"))
    }
}
