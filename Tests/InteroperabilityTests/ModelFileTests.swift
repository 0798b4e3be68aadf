import Foundation
import Perceptron
import TestSupport
import Testing

/// Models that go to PyTorch and come from there.
@Suite(.enabled(if: Python.hasTorch, "PyTorch is not there"))
struct ModelFileTests {
    private struct Result: Decodable {
        /// What PyTorch predicts with the parameters of our file.
        let loaded: [[Double]]
        /// What it predicts with those of its own, which it has written.
        let own: [[Double]]
    }

    private static let architectures: [[any Layer]] = [
        [Linear(4, 3)],
        [Linear(1, 1)],
        [Linear(7, 1, bias: false), Sigmoid()],
        [Linear(20, 64), ReLU(), Linear(64, 33), Tanh(), Linear(33, 10), Softmax()],
        [Linear(5, 300), Sigmoid(), Linear(300, 70, bias: false), ReLU(), Linear(70, 2)],
        [LayerNorm(6), Linear(6, 8), GELU(), Linear(8, 8), SiLU(), LayerNorm(8, epsilon: 0.01, affine: false)],
        [Linear(5, 7), LeakyReLU(negativeSlope: 0.2), Linear(7, 7), ELU(alpha: 0.7), Linear(7, 2), Softplus()],
        [Linear(3, 4), GELU(approximation: .tanh)],
        [PReLU(), Linear(4, 6), PReLU(perColumn: true), Linear(6, 3)],
        [
            Linear(6, 8), BatchNorm(8), Tanh(), RMSNorm(8, epsilon: 0.01), Dropout(0.3),
            BatchNorm(8, momentum: nil, affine: false),
        ],
        [
            Columns([0..<2: [Linear(2, 3), ReLU()], 2..<3: [], 3..<5: [Residual([Tanh(), Linear(2, 2)])]]),
            Residual([BatchNorm(6), Residual([Linear(6, 7), Tanh()], projection: Linear(6, 7)), Linear(7, 6)]),
        ],
        // Names are sorted as texts: the layer 10 comes before the layer 2.
        [Linear(6, 6)] + (0..<6).flatMap { _ -> [any Layer] in [Tanh(), Linear(6, 6)] },
    ]

    private func inputs<Scalar: BLASScalar>(_ features: Int, _: Scalar.Type) -> Matrix<Scalar> {
        var generator = RandomGenerator(seed: 9)
        return Matrix(
            rows: 5, columns: features,
            elements: (0..<5 * features).map { _ in Scalar(Float(2 * generator.nextUniform() - 1)) })
    }

    private func check<Scalar: BLASScalar>(_ found: [Scalar], _ expected: [[Double]], _ name: String) {
        let expected = expected.flatMap { $0 }
        let tolerance = Scalar.self == Double.self ? 1e-12 : 1e-5
        #expect(found.count == expected.count, "\(name)")
        for (a, b) in zip(found, expected) { #expect(abs(Double(a) - b) <= tolerance, "\(name)") }
    }

    private func mapped<Scalar: BLASScalar>(
        _ url: URL, layers: [any Layer]? = nil, _ inputs: Matrix<Scalar>
    ) throws -> [Scalar] {
        var predictor = try Predictor<Scalar>(contentsOf: url, layers: layers, mostRows: inputs.rows)
        var outputs = [Scalar](repeating: 0, count: inputs.rows * predictor.outputFeatures)
        var room = outputs.mutableSpan
        try predictor.predict(inputs.elements.span, into: &room)
        return outputs
    }

    private func thereAndBack<Scalar: BLASScalar>(_ type: Scalar.Type, _ typeName: String) throws {
        try withTemporaryFolder { folder in
            func file(_ name: String) -> URL { folder.appending(path: "\(name).safetensors") }
            var cases: [String] = []
            var models: [MLP<Scalar>] = []
            for (index, layers) in Self.architectures.enumerated() {
                var model = try MLP<Scalar>(layers, seed: UInt64(index))
                model.state = model.state.indices.map { Scalar(1 + $0) }
                try model.save(to: file("\(index)"))
                let rows = inputs(model.inputFeatures, type)
                let numbers = (0..<rows.rows).map { row in (0..<rows.columns).map { "\(rows[row, $0])" } }
                let text = numbers.map { "[\($0.joined(separator: ","))]" }.joined(separator: ",")
                cases.append(
                    "{\"name\":\"\(index)\",\"layers\":\(try LayerCoding.encode(layers)),"
                        + "\"type\":\"\(typeName)\",\"inputs\":[\(text)]}")
                models.append(model)
            }
            try Data("[\(cases.joined(separator: ","))]".utf8).write(to: folder.appending(path: "models.json"))
            let printed = try Python.run("models_torch.py", [folder.path(percentEncoded: false)])
            let results = try JSONDecoder().decode([Result].self, from: Data(printed.utf8))
            try #require(results.count == models.count)
            for (index, model) in models.enumerated() {
                let rows = inputs(model.inputFeatures, type)
                check(try model.predict(rows).elements, results[index].loaded, "\(index) there")
                let state = file("torch-\(index)")
                let back = try MLP<Scalar>(contentsOf: state, layers: model.layers)
                check(try back.predict(rows).elements, results[index].own, "\(index) back")
                check(try mapped(state, layers: model.layers, rows), results[index].own, "\(index) back, mapped")
                check(try mapped(file("\(index)"), rows), results[index].loaded, "\(index), mapped")
            }

            func refused(_ name: String, _ layers: [any Layer]?, _ reason: String) {
                let path = file(name).path(percentEncoded: false)
                #expect(throws: PerceptronError.invalidFile("\(path): \(reason)")) {
                    try MLP<Scalar>(contentsOf: file(name), layers: layers)
                }
            }
            refused(
                "torch-0", nil,
                "the metadata doesn't describe the model's layers (there is no \"perceptron\"); give them: "
                    + "(contentsOf: url, layers: […])")
            refused(
                "torch-0", [Linear(3, 4)], "tensor \"0.weight\" has the shape [3, 4]; the layers expect [4, 3]")
            refused(
                "torch-0", [Linear(4, 3), Linear(3, 1)],
                "there is no tensor \"1.weight\" of shape [1, 3]; there are \"0.bias\", \"0.weight\"")
            refused(
                "statistics", [Linear(3, 2)],
                "the layers don't use \"1.num_batches_tracked\", \"1.bias\", \"1.running_mean\", "
                    + "\"1.running_var\", \"1.weight\"")
        }
    }

    @Test func inDouble() throws { try thereAndBack(Double.self, "F64") }
    @Test func inFloat() throws { try thereAndBack(Float.self, "F32") }
}
