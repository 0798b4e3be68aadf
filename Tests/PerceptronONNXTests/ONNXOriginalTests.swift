import Foundation
import Perceptron
import TestSupport
import Testing

@testable import PerceptronONNX

/// What this package wrote comes back layer for layer, and only if the graph is still that.
@Suite struct ONNXOriginalTests {
    /// Every kind of layer; of four columns, of which the second has codes.
    private static let models: [String: [any Layer]] = [
        "relu": [Linear(4, 6), ReLU(), Linear(6, 3, bias: false), Softmax()],
        "activations": [Linear(4, 6)] + ElementwiseCase.all.map(\.layer),
        "learned": [PReLU(), Linear(4, 6), PReLU(perColumn: true), LeakyReLU(negativeSlope: 0.1), LogSoftmax()],
        "norms": [
            Affine(4), Linear(4, 6), LayerNorm(6), Linear(6, 3), LayerNorm(3, epsilon: 0.1, affine: false), RMSNorm(3),
            RMSNorm(3, epsilon: 0.1, affine: false),
        ],
        "batch norms": [
            BatchNorm(4), Dropout(0.5), Linear(4, 6), BatchNorm(6, momentum: nil, epsilon: 0.1), AlphaDropout(0.1),
            BatchNorm(6, affine: false), GaussianNoise(0.1),
        ],
        "residual": [
            Residual([Linear(4, 6), ReLU(), Dropout(0.1), Linear(6, 4)]),
            Residual([BatchNorm(4), Linear(4, 3)], projection: Linear(4, 3, bias: false)),
            Residual([Residual([Linear(3, 3), Tanh()]), LayerNorm(3, affine: false)]),
        ],
        "columns": [
            Columns([
                0..<1: [Residual([Tanh()]), Linear(1, 3)], 1..<2: [Embedding(categories: 3, features: 2)], 2..<3: [],
                3..<4: [PeriodicEmbedding(1, frequencies: 3, features: 2, deviation: 1), Dropout(0.5)],
            ]),
            Residual([Columns([0..<5: [Linear(5, 2)], 5..<8: [Dropout(0.5)]]), ReLU()], projection: Linear(8, 5)),
        ],
        "scale": [Scale(4)],
        "ntk": [NTKLinear(4, 3), NTKLinear(3, 2, bias: false)],
        "embedding": [Embedding(categories: 3, features: 2, column: 1), Scale(5)],
        "embedding of one": [Embedding(categories: 1, features: 2, column: 0), Scale(5)],
        "ensemble": [EnsembleLinear(4, 3, members: 5), EnsembleLinear(3, 2, members: 5)],
        "mean of members": [EnsembleLinear(4, 3, members: 5), MemberMean(members: 5, softmax: true)],
        "bins": [PiecewiseLinearEncoding(bins: [[-1, 0, 0.1], [0, 2], [-2, -1, 1, 2], [0, 1, 3]])],
        "plr": [PeriodicEmbedding(4, frequencies: 3, features: 2, deviation: 1)],
        "pbld": [PeriodicEmbedding(4, kind: .pbld, frequencies: 3, features: 3, deviation: 1)],
    ]

    private func model<Scalar: BLASScalar>(_ layers: [any Layer], _: Scalar.Type) throws -> MLP<Scalar> {
        var model = try MLP<Scalar>(layers, seed: 1)
        var generator = RandomGenerator(seed: 2)
        model.parameters = model.parameters.map { $0 + Scalar(generator.nextUniform() - 0.5) }
        for tensor in model.stateLayout where !tensor.isCounter {
            for index in tensor.range { model.state[index] = Scalar(0.5 + generator.nextUniform()) }
        }
        return model
    }

    private func export<Scalar: BLASScalar>(
        _ model: MLP<Scalar>, output: ONNXOutput = .probabilities
    ) throws -> ONNXModel {
        try ONNXExport(
            model: model, preprocessing: nil, output: output, inputName: "x", outputName: "y", metadata: [:]
        ).model
    }

    private func read<Scalar: BLASScalar>(_ file: ONNXModel, as _: Scalar.Type, output: String? = nil) throws -> MLP<
        Scalar
    > {
        try MLP(onnx: file.message.bytes.span, path: "file", output: output)
    }

    @Test func everyLayerComesBackAsItWas() throws {
        func check<Scalar: BLASScalar>(_ name: String, _ layers: [any Layer], _: Scalar.Type) throws {
            let model = try self.model(layers, Scalar.self)
            let restored = try read(export(model), as: Scalar.self)
            #expect(try LayerCoding.encode(restored.layers) == LayerCoding.encode(layers), "\(name)")
            #expect(restored.parameters == model.parameters && restored.state == model.state, "\(name)")
        }
        for (name, layers) in Self.models {
            try check(name, layers, Double.self)
            try check(name, layers, Float.self)
        }
        // Without the last layer, and of the other type.
        let model = try self.model([Linear(4, 6), ELU(), Linear(6, 3), Softmax()], Double.self)
        let logits = try read(export(model, output: .logits), as: Float.self)
        #expect(logits.layers.map { "\(type(of: $0))" } == ["Linear", "ELU", "Linear"])
        #expect(logits.parameters == model.parameters.map { Float($0) })
        let normed = try self.model([BatchNorm(4), Linear(4, 2)], Float.self)
        #expect(try read(export(normed), as: Double.self).state == normed.state.map { Double($0) })
    }

    /// Without the metadata a graph is read as anybody's: it predicts the same, or an error says what is in the way.
    @Test func withoutMetadataGraphsAreReadAsOthers() throws {
        let hint =
            "; the graph is not, or no longer, that of registered layers: write a model that is to be read again with save(to:)"
        let refused = [
            "columns": "node 0 '0.Slice' (Slice): not one of Abs, Add,", "embedding": "(Gather): not one of Abs, Add,",
            "embedding of one": "(Gather): not one of Abs, Add,", "bins": "(Gather): not one of Abs, Add,",
            "ensemble": "node 0 '0.Reshape' (Reshape): reshapes rows × 4 to [0, 1, 4]",
            "mean of members": "node 0 '0.Reshape' (Reshape): reshapes rows × 4 to [0, 1, 4]",
            "plr": "node 0 '0.Reshape' (Reshape): reshapes rows ×",
            "pbld": "node 0 '0.Reshape' (Reshape): reshapes rows ×",
        ]
        // ONNX Runtime has no operator for some of these of Double; they are the nodes of their formulas.
        let refusedDoubles = ["activations": "(Where): joins values that both depend on the model's input"]
        let inputs = Matrix<Double>([[1, 0, -2, 0.5], [0.3, 1, 3, -1], [-1, 2, 0.1, 4]])
        func check<Scalar: BLASScalar>(_ name: String, _ layers: [any Layer], _: Scalar.Type) throws {
            let model = try self.model(layers, Scalar.self)
            var file = try export(model)
            file.metadata = [:]
            let label = "\(name) \(Scalar.self)"
            if let reason = refused[name] ?? (Scalar.self == Double.self ? refusedDoubles[name] : nil) {
                let found = errorMessage { _ = try read(file, as: Scalar.self) }
                #expect(found.contains(reason) && found.hasSuffix(hint), "\(label): \(found)")
                return
            }
            let rows = Matrix<Scalar>(rows: 3, columns: 4, elements: inputs.elements.map { Scalar($0) })
            let (found, expected) = (try read(file, as: Scalar.self).predict(rows), try model.predict(rows))
            let tolerance = Scalar.self == Double.self ? 1e-12 : 1e-5
            for (found, expected) in zip(found.elements, expected.elements) {
                #expect(abs(Double(found) - Double(expected)) < tolerance * max(1, abs(Double(expected))), "\(label)")
            }
        }
        for (name, layers) in Self.models {
            try check(name, layers, Double.self)
            try check(name, layers, Float.self)
        }
    }

    /// Where something has changed the graph, or the metadata, the graph is what counts.
    @Test func metadataAreNotBelieved() throws {
        let model = try self.model([Linear(2, 2), LeakyReLU(negativeSlope: 0.25), Linear(2, 2), Tanh()], Double.self)
        let file = try export(model)
        let plain = try LayerCoding.encode(model.layers)
        #expect(file.metadata == [ONNXExport.layersKey: plain])
        func changed(_ change: (inout ONNXModel) -> Void) throws -> String {
            var copy = file
            change(&copy)
            return try LayerCoding.encode(read(copy, as: Double.self).layers)
        }
        #expect(try changed { _ in } == plain)
        func layers(_ slope: Double, _ last: any Layer = Tanh()) throws -> String {
            try LayerCoding.encode([Linear(2, 2), LeakyReLU(negativeSlope: slope), Linear(2, 2), last])
        }
        #expect(try changed { $0.graph.nodes[1].attributes["alpha"] = .float(0.5) } == layers(0.5))
        #expect(try changed { $0.graph.nodes[3].type = "Sigmoid" } == layers(0.25, Sigmoid()))
        #expect(try changed { $0.graph.nodes[3].type = "Mish" } == layers(0.25, Mish()))
        for text in ["", "[", "[{\"type\":\"Nobody's\"}]", try layers(0.3), try layers(0.25, ReLU()), "[]"] {
            #expect(try changed { $0.metadata[ONNXExport.layersKey] = text } == plain)
        }
        // Of parameters those of the graph are the model's.
        var other = file
        let weight = try #require(other.graph.tensors.firstIndex { $0.name == "0.weight" })
        other.graph.tensors[weight] = tensor("0.weight", [2, 2], [5, 6, 7, 8])
        #expect(try Array(read(other, as: Double.self).parameters.prefix(4)) == [5, 6, 7, 8])
        other.graph.tensors[weight] = tensor("0.weight", [2, 2], [5, 6, 7, .infinity])
        #expect(
            errorMessage { _ = try read(other, as: Double.self) }
                == "file: inf is among its parameters; all numbers must be finite")
        // Another output than the file's own.
        #expect(try read(file, as: Double.self, output: file.graph.nodes[0].outputs[0]).layers.count == 1)
    }

    /// Layers that ask for memory that nothing in the file bears out are none of its own.
    @Test(arguments: [
        #"{"type":"LayerNorm","features":2147483647,"epsilon":1e-5,"affine":false}"#,
        #"{"type":"BatchNorm","features":2147483647,"epsilon":1e-5,"affine":false,"momentum":0.1}"#,
        #"{"type":"Linear","inputFeatures":2147483647,"outputFeatures":2147483647,"bias":true,"weightInitializer":{"type":"zeros"},"biasInitializer":{"type":"zeros"}}"#,
    ])
    func hostileMetadata(layer: String) throws {
        var file = try export(self.model([Linear(2, 2)], Double.self))
        let wide = Array(repeating: layer, count: 100).joined(separator: ",")
        for text in ["[\(layer)]", "[\(wide)]"] {
            file.metadata[ONNXExport.layersKey] = text
            file.graph.inputs[0].shape = [.name("batch"), .size(2)]
            #expect(try read(file, as: Double.self).layers.count == 1)
        }
    }

    /// A layer of one's own comes back if it is registered.
    private struct Doubled: InPlaceLayer, ONNXExportableLayer, Codable {
        func activate<Scalar: BLASScalar>(_ values: inout MutableMatrixView<Scalar>) {}
        func differentiate<Scalar: BLASScalar>(
            outputs: MatrixView<Scalar>, gradient: inout MutableMatrixView<Scalar>
        ) {}
        func appendNodes(to graph: inout ONNXGraphBuilder, input: String) -> String {
            graph.node("Sum", [input, input])
        }
    }

    @Test func layersOfOnesOwn() throws {
        let model = try self.model([Linear(2, 2), Doubled()], Double.self)
        #expect(
            errorMessage { _ = try read(export(model), as: Double.self) }.hasPrefix(
                "file: node 1 '1.Sum' (Sum): not one of Abs, Add,"))
        try LayerRegistry.register(Doubled.self, as: "ONNXOriginalTests.Doubled")
        #expect(try read(export(model), as: Double.self).layers[1] is Doubled)
    }

    /// What a pipeline wrote with its preprocessing can't be read, and the error says what can.
    @Test func pipelines() throws {
        var pipeline = Pipeline<Double>(preprocessing: Preprocessing(numeric: .standard)) { features, outputs in
            [Linear(features, outputs), ELU()]
        }
        let data = try Dataset<Double>(
            inputs: Matrix([[1, .nan], [3, 5], [4, 4]]), targets: Matrix([[0], [1], [0]]),
            columns: [Column("a"), Column("b")])
        try pipeline.train(on: data, loss: MeanSquaredError(), epochs: 1, progress: .silent)
        try withTemporaryFolder { folder in
            let file = folder.appending(path: "model.onnx")
            try pipeline.write(onnx: file)
            let found = errorMessage { _ = try MLP<Double>(onnx: file) }
            #expect(found.contains("(IsNaN): not one of Abs, Add,"))
            #expect(
                found.hasSuffix(
                    "; the graph has a pipeline's preprocessing: write a pipeline that is to be read again with save(to:), or its "
                        + "model alone with write(onnx:includesPreprocessing: false)"))
            try pipeline.write(onnx: file, includesPreprocessing: false)
            #expect(try MLP<Double>(onnx: file).layers.map { "\(type(of: $0))" } == ["Linear", "ELU"])
        }
    }
}
