import Foundation
import Perceptron
import Testing

/// The code of the README: what is printed there is what runs here.
@Suite struct ReadmeTests {
    private static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    // swift-format-ignore
    /// Between the two marks the README's first block of Swift, without its imports.
    private func digitsOfTheReadme() throws -> (right: Int, printed: String) {
        var printed = ""
        func print(_ text: String) { printed += text }
        // README begins
        let text = try String(contentsOfFile: "Examples/Digits/digits.csv", encoding: .utf8)
        var generator = RandomGenerator(seed: 1)
        let rows = text.split(separator: "\n").shuffled(using: &generator).map { $0.split(separator: ",").map { Double($0)! } }
        let images = Matrix(rows.map { $0.dropLast().map { $0 / 16 } })  // 64 pixels from 0 to 16
        let labels = rows.map { Int($0[64]) }  // the digit

        var model = try MLP<Double>([Linear(64, 128), ReLU(), Linear(128, 10), Softmax()], seed: 1)
        try model.train(
            inputs: images.rows(359..<1797), targets: Array(labels[359...]), loss: CrossEntropy(), optimizer: Adam(), epochs: 20)
        let p = try model.predict(images.rows(0..<359))  // a row of ten probabilities for each image
        let answers = (0..<359).map { row in (0..<10).max { p[row, $0] < p[row, $1] }! }
        print("\(zip(answers, labels).count { $0 == $1 }) of 359 right")
        // README ends
        return (zip(answers, labels).count { $0 == $1 }, printed)
    }

    @Test func digitsAreReadAsTheReadmeSays() throws {
        // The README's path is relative to the repository's root.
        #expect(FileManager.default.changeCurrentDirectoryPath(Self.root.path))
        let (right, printed) = try digitsOfTheReadme()
        #expect(right >= 341, "95 % of 359")
        let readme = try String(contentsOf: Self.root.appending(path: "README.md"), encoding: .utf8)
        // Other processors round differently, so the number may differ there; not what the line says.
        let number = try Regex("It prints `[0-9]+ of 359 right`")
        #expect(readme.contains(number))
        #expect(printed == "\(right) of 359 right")
    }

    @Test func whatRunsHereIsWhatIsPrintedThere() throws {
        let readme = try String(contentsOf: Self.root.appending(path: "README.md"), encoding: .utf8)
        let source = try String(contentsOfFile: #filePath, encoding: .utf8)
        let block = try #require(readme.components(separatedBy: "```swift\n").dropFirst().first)
        let printed = block.components(separatedBy: "```")[0].split(separator: "\n")
        #expect(printed.prefix(2) == ["import Foundation", "import Perceptron"])
        let marks = ["// README begins\n", "// README ends\n"]
        let body = source.components(separatedBy: marks[0])[1].components(separatedBy: marks[1])[0]
        let run = body.split(separator: "\n").map { $0.drop { $0 == " " } }.filter { !$0.isEmpty }
        #expect(printed.dropFirst(2).map { $0.drop { $0 == " " } } == run)
    }

    @Test func theLayerOfTheReadmeIsTheOneThatIsTested() throws {
        func text(_ path: String) throws -> String {
            try String(contentsOf: Self.root.appending(path: path), encoding: .utf8)
        }
        let block = try #require(
            try text("README.md").components(separatedBy: "```swift\n").first { $0.hasPrefix("struct Square") })
        let printed = block.components(separatedBy: "```")[0]
        #expect(try text("Tests/CustomLayerTests/Layers.swift").contains(printed))
        let documented = printed.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
            .map { $0.isEmpty ? "///" : "/// " + $0 }.joined(separator: "\n")
        #expect(try text("Sources/Perceptron/Layers/Layer.swift").contains(documented))
    }

    /// The README's examples are those that the programs in Examples run, without their comments and blank lines.
    @Test(arguments: [("let data = try Dataset", "BreastCancer"), ("var model = try MLP<Float>", "FashionMNIST")])
    func examplesAreThoseThatRun(_ beginning: String, _ example: String) throws {
        func lines(_ text: String) -> [Substring] {
            text.split(separator: "\n").filter { !$0.isEmpty && !$0.hasPrefix("//") }
        }
        let readme = try String(contentsOf: Self.root.appending(path: "README.md"), encoding: .utf8)
        let block = try #require(
            readme.components(separatedBy: "```swift\n").first { $0.hasPrefix(beginning) })
        let source = Self.root.appending(path: "Examples/\(example)/main.swift")
        let program = lines(try String(contentsOf: source, encoding: .utf8))
        for line in lines(block.components(separatedBy: "```")[0]) {
            #expect(program.contains(line), "\(line)")
        }
    }
}
