import Foundation
import Perceptron
import PerceptronONNX
import TestSupport
import Testing

/// What the README prints of models that leave the process, or come into it, is what runs here.
@Suite(.enabled(if: Python.path != nil, "PERCEPTRON_PYTHON names no interpreter to compare with"))
struct ReadmeModelTests {
    private static let readme = URL(filePath: #filePath)
        .deletingLastPathComponent().appending(path: "../../README.md").standardizedFileURL

    private let temporary: TemporaryFolder
    private var folder: URL { temporary.url }
    private let x: Matrix<Float>
    private let labels: [Int]

    init() throws {
        temporary = try TemporaryFolder()
        var generator = RandomGenerator(seed: 3)
        x = Matrix(rows: 50, columns: 4, elements: (0..<200).map { _ in Float(generator.nextUniform()) })
        labels = (0..<50).map { _ in generator.nextInteger(below: 3) }
        try x.write(npy: folder.appending(path: "x.npy"))
    }

    /// Runs the README's block that imports a module.
    private func run(importing module: String) throws -> String {
        let readme = Self.readme.path(percentEncoded: false)
        return try Python.run("readme_block.py", [readme, folder.path(percentEncoded: false), module])
    }

    private func differences(_ a: Matrix<Float>, _ b: Matrix<Float>) -> Float {
        let differences = zip(a.elements, b.elements).map { abs($0 - $1) }
        // The largest of some with NaN may be a number.
        return differences.allSatisfy { $0.isFinite } ? differences.max() ?? 0 : .infinity
    }

    // swift-format-ignore
    @Test func trainedHereServedThere() throws {
        // README begins
        var model = try MLP<Float>([Linear(4, 16), ReLU(), Linear(16, 3), Softmax()], seed: 1)
        try model.train(inputs: x, targets: labels, loss: CrossEntropy(), epochs: 20)
        try model.write(onnx: folder.appending(path: "model.onnx"))
        // README ends
        _ = try run(importing: "onnxruntime")
        let probabilities = try Matrix<Float>(npy: folder.appending(path: "probabilities.npy"))
        #expect(probabilities.rows == 50 && probabilities.columns == 3)
        #expect(try differences(probabilities, model.predict(x)) < 1e-5)
    }

    // swift-format-ignore
    @Test(.enabled(if: Python.hasTorch, "PyTorch is not there"))
    func trainedThereRunHere() throws {
        // The labels as NumPy has them: a matrix of one column is not a vector, and floats are no classes.
        var file = Data([0x93]) + Data("NUMPY".utf8) + Data([1, 0, 118, 0])
        file += Data("{'descr': '<i8', 'fortran_order': False, 'shape': (50,), }".utf8)
        file += Data(repeating: 32, count: 127 - file.count) + Data([10])
        for label in labels { withUnsafeBytes(of: Int64(label).littleEndian) { file += Data($0) } }
        try file.write(to: folder.appending(path: "labels.npy"))
        _ = try run(importing: "torch")
        // README begins
        let network = try MLP<Float>(
            contentsOf: folder.appending(path: "network.safetensors"), layers: [Linear(4, 16), ReLU(), Linear(16, 3)])
        let logits = try network.predict(x)
        // README ends
        let expected = try Matrix<Float>(npy: folder.appending(path: "logits.npy"))
        #expect(expected.rows == 50 && expected.columns == 3)
        #expect(differences(logits, expected) < 1e-5)
    }

    /// The lines between the marks of this file are a block of the README.
    @Test(arguments: [0, 1]) func whatRunsHereIsWhatIsPrintedThere(block: Int) throws {
        func trimmed(_ text: String) -> [Substring] {
            text.split(separator: "\n").map { $0.drop { $0 == " " } }.filter { !$0.isEmpty }
        }
        let source = try String(contentsOfFile: #filePath, encoding: .utf8)
        let marked = source.components(separatedBy: "// README begins\n")[block + 1]
        let code = trimmed(marked.components(separatedBy: "// README ends\n")[0])
        let blocks = try String(contentsOf: Self.readme, encoding: .utf8).components(separatedBy: "```swift\n")
        #expect(blocks.contains { trimmed($0.components(separatedBy: "```")[0]) == code })
    }
}
