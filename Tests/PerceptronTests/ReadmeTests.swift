import Foundation
import Perceptron
import TestSupport
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

    // swift-format-ignore
    @Test func interruptedTrainingGoesOn() throws {
        let temporary = try TemporaryFolder()
        let (folder, x, y) = (temporary.url, ResumeTests.x, ResumeTests.classes)
        let model = try MLP<Double>([Linear(3, 4), ReLU(), Linear(4, 3), Softmax()], seed: 1)
        // README begins
        var trainer = try Trainer(model: model, loss: CrossEntropy(), optimizer: Adam())
        try trainer.train(inputs: x, targets: y, epochs: 100, callbacks: [.checkpoints(in: folder)])
        // later, in another process:
        let url = try Trainer<Double>.latestCheckpoint(in: folder)!
        var again = try Trainer<Double>(resumingFrom: url, loss: CrossEntropy(), optimizer: Adam())
        try again.train(inputs: x, targets: y, epochs: 100, callbacks: [.checkpoints(in: folder)])
        // README ends
        #expect(again.model.parameters == trainer.model.parameters && again.model.parameters != model.parameters)
    }

    // swift-format-ignore
    @Test func optimizersAndSchedules() throws {
        let (x, y) = (ResumeTests.x, ResumeTests.classes)
        var model = try MLP<Double>([Linear(3, 4), ReLU(), Linear(4, 3), Softmax()], seed: 1)
        let before = model.parameters
        // README begins
        try model.train(
            inputs: x, targets: y, loss: CrossEntropy(),
            optimizer: AdamW(learningRate: .cosine(from: 0.003, warmUp: 100), weightDecay: 0.01), epochs: 50,
            gradientClipping: .norm(1), averaging: .exponential(decay: 0.999))
        // README ends
        #expect(model.parameters != before)
    }

    // swift-format-ignore
    @Test func aTableInOneCall() throws {
        var printed = ""
        func print(_ number: Double) { printed += "\(number)" }
        let file = Self.root.appending(path: "Examples/BreastCancer/breast_cancer.csv")
        let (training, test) = try Dataset<Float>(csv: file, target: "diagnosis").split(testFraction: 0.2, seed: 1)
        // README begins
        var model = TabularModel<Float>(seed: 1)
        try model.fit(training)
        print(try model.evaluate(.accuracy, on: test))
        let labels = try model.predictLabels(test)
        // README ends
        #expect(Double(printed)! > 0.95)
        #expect(labels.count == test.rows && Set(labels) == ["benign", "malignant"])
    }

    // swift-format-ignore
    @Test func modelsAreKept() throws {
        let temporary = try TemporaryFolder()
        let file = temporary.file("model")
        let model = try MLP<Float>([Linear(3, 4), ReLU(), Linear(4, 3), Softmax()], seed: 1)
        // README begins
        try model.save(to: file)  // pipelines too, with their preprocessing and labels
        let same = try MLP<Float>(contentsOf: file)
        var predictor = try Predictor<Float>(contentsOf: file)  // maps the file: ready at once, however large it is
        // README ends
        let x = Matrix<Float>([[0.5, -1, 2]])
        #expect(same.parameters == model.parameters)
        var outputs = [Float](repeating: 0, count: 3)
        var span = outputs.mutableSpan
        try predictor.predict(x.elements.span, into: &span)
        // The weights in the file are transposed, and another product rounds otherwise.
        for (output, expected) in zip(outputs, try model.predict(x).elements) {
            #expect(abs(output - expected) <= 1e-6)
        }
    }

    // swift-format-ignore
    @Test func oneRowAtATime() throws {
        let image = [Double](repeating: 0.5, count: 64)
        let model = try MLP<Double>([Linear(64, 16), ReLU(), Linear(16, 10), Softmax()], seed: 1)
        // README begins
        var predictor = try Predictor(model)
        var probabilities = [Double](repeating: 0, count: 10)
        var output = probabilities.mutableSpan
        try predictor.predict(image.span, into: &output)
        // README ends
        #expect(try probabilities == model.predict(Matrix([image])).elements)
    }

    // swift-format-ignore
    @Test func stepByStep() throws {
        let (x, y) = (ResumeTests.x, ResumeTests.classes)
        let model = try MLP<Double>([Linear(3, 4), ReLU(), Linear(4, 3), Softmax()], seed: 1)
        // README begins
        var trainer = try Trainer(model: model, loss: CrossEntropy(), optimizer: Adam())
        let loss = try trainer.step(inputs: x, targets: y)  // forward, backward, update
        let output = try trainer.forward(x)  // or the three apart
        let value = try trainer.backward(targets: y)
        trainer.update()
        let gradients = trainer.gradients  // one flat vector, laid out as model.parameters
        let trained = trainer.model
        // README ends
        #expect(value < loss && output.rows == x.rows)
        #expect(gradients.count == model.parameters.count && trained.parameters != model.parameters)
    }

    // swift-format-ignore
    @Test func firstAdamThenLBFGS() throws {
        let (x, y) = (ResumeTests.x, ResumeTests.classes)
        let model = try MLP<Double>([Linear(3, 4), Tanh(), Linear(4, 3), Softmax()], seed: 1)
        // README begins
        var trainer = try Trainer(model: model, loss: CrossEntropy(), optimizer: Adam())
        try trainer.train(inputs: x, targets: y, epochs: 20)
        let fit = try trainer.fit(inputs: x, targets: y, method: LBFGS())
        // README ends
        #expect(fit.loss < fit.history.losses[0])
    }

    /// Between each two marks of this file is a block of the README, without its imports and indentation.
    @Test func whatRunsHereIsWhatIsPrintedThere() throws {
        func lines(_ text: String) -> [Substring] {
            text.split(separator: "\n").map { $0.drop { $0 == " " } }.filter { !$0.isEmpty && !$0.hasPrefix("import ") }
        }
        let readme = try String(contentsOf: Self.root.appending(path: "README.md"), encoding: .utf8)
        let blocks = readme.components(separatedBy: "```swift\n").dropFirst().map {
            lines($0.components(separatedBy: "```")[0])
        }
        let source = try String(contentsOfFile: #filePath, encoding: .utf8)
        let marks = ["        // README begins\n", "        // README ends\n"]
        let marked = source.components(separatedBy: marks[0]).dropFirst()
        #expect(marked.count == 8)
        for text in marked {
            let run = lines(text.components(separatedBy: marks[1])[0])
            let isPrinted = blocks.contains(run)
            #expect(isPrinted, "\(run.joined(separator: "\n"))")
        }
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
    @Test(arguments: [
        ("let data = try Dataset", "BreastCancer"), ("var model = try MLP<Float>", "FashionMNIST"),
        ("var model = try MLP<Double>([Linear(1, 12)", "CurveFit"),
    ])
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
