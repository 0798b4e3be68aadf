import Foundation
import Perceptron
import TestSupport
import Testing

@testable import PerceptronONNX

@Suite struct ONNXExportTests {
    /// A layer of one's own: x · weight.
    private struct Scale: Layer, ONNXExportableLayer {
        func outputFeatures(forInputFeatures features: Int) -> Int { features }
        func parameters(forInputFeatures features: Int) -> [Parameter] {
            [Parameter(name: "weight", rows: 1, columns: features, initializer: .uniform(1, 2))]
        }
        func forward<Scalar: BLASScalar>(_ pass: inout ForwardPass<Scalar>) {
            for row in 0..<pass.input.rows {
                for column in 0..<pass.input.columns {
                    pass.output[row, column] = pass.input[row, column] * pass.parameters[column]
                }
            }
        }
        func backward<Scalar: BLASScalar>(_ pass: inout BackwardPass<Scalar>) {}
        func appendNodes(to graph: inout ONNXGraphBuilder, input: String) throws(PerceptronError) -> String {
            let factors = try graph.parameter("weight")
            return graph.node("Mul", [input, factors])
        }
    }

    /// One that can't be exported, and one that asks for what it has not.
    private struct Other: InPlaceLayer {
        func activate<Scalar: BLASScalar>(_ values: inout MutableMatrixView<Scalar>) {}
        func differentiate<Scalar: BLASScalar>(
            outputs: MatrixView<Scalar>, gradient: inout MutableMatrixView<Scalar>
        ) {}
    }

    private struct Mistaken: InPlaceLayer, ONNXExportableLayer {
        func activate<Scalar: BLASScalar>(_ values: inout MutableMatrixView<Scalar>) {}
        func differentiate<Scalar: BLASScalar>(
            outputs: MatrixView<Scalar>, gradient: inout MutableMatrixView<Scalar>
        ) {}
        func appendNodes(to graph: inout ONNXGraphBuilder, input: String) throws(PerceptronError) -> String {
            try graph.parameter("gain")
        }
    }

    private func export<Scalar: BLASScalar>(
        _ model: MLP<Scalar>, output: ONNXOutput = .probabilities, inputName: String = "x", outputName: String = "y"
    ) throws -> ONNXModel {
        try ONNXExport(
            model: model, preprocessing: nil, output: output, inputName: inputName, outputName: outputName,
            metadata: [:]
        ).model
    }

    @Test func layersOfOnesOwn() throws {
        let model = try MLP<Double>([Linear(2, 3), Scale(), ReLU(), Scale()], seed: 4)
        let exported = try export(model)
        #expect(exported.graph.nodes.map(\.type) == ["Gemm", "Mul", "Relu", "Mul"])
        #expect(exported.graph.tensors.map(\.name) == ["0.weight", "0.bias", "1.weight", "3.weight"])
        let inputs = Matrix<Double>([[1, -2], [0.5, 3]])
        let restored = try read(exported)
        let (found, expected) = (try restored.predict(inputs), try model.predict(inputs))
        #expect(zip(found.elements, expected.elements).allSatisfy { abs($0 - $1) < 1e-14 })
        #expect(
            errorMessage { _ = try export(MLP<Double>([Linear(2, 3), Other()])) }
                == "layer 1 (Other) can't be written to ONNX; make it an ONNXExportableLayer")
        #expect(
            errorMessage { _ = try export(MLP<Double>([Linear(2, 3), Mistaken()])) }
                == "layer 1 (Mistaken): it has no parameters \"gain\"; it has []")
    }

    @Test func logitsAreWithoutTheLastSoftmaxOrSigmoid() throws {
        let cases: [([any Layer], [String])] = [
            ([Linear(2, 3), Softmax()], ["Gemm"]), ([Linear(2, 1), Sigmoid()], ["Gemm"]),
            ([Linear(2, 3), Sigmoid(), Linear(3, 2)], ["Gemm", "Sigmoid", "Gemm"]),
            ([Linear(2, 3), Tanh()], ["Gemm", "Tanh"]),
        ]
        for (layers, nodes) in cases {
            #expect(try export(MLP<Float>(layers), output: .logits).graph.nodes.map(\.type) == nodes)
        }
    }

    @Test func namesOfInputAndOutput() throws {
        let model = try MLP<Float>([Linear(2, 3), Linear(3, 2)])
        let exported = try export(model, inputName: "0.weight", outputName: "0.Gemm")
        var names = exported.graph.nodes.flatMap(\.outputs) + exported.graph.tensors.map(\.name)
        names.append("0.weight")
        #expect(Set(names).count == names.count && names.contains("0.Gemm"))
        #expect(exported.graph.nodes.last?.outputs == ["0.Gemm"])
        #expect(try readFloats(exported).parameters == model.parameters)
        #expect(errorMessage { _ = try export(model, inputName: "") } == "the graph's input needs a name")
        #expect(errorMessage { _ = try export(model, outputName: "") } == "the graph's output needs a name")
        #expect(
            errorMessage { _ = try export(model, outputName: "x") }
                == "the graph's input and output can't both be named \"x\"")
    }

    @Test func shapesAndTypes() throws {
        let exported = try export(MLP<Double>([Linear(2, 3)]))
        #expect(exported.graph.inputs == [ONNXValue(name: "x", type: 11, shape: [.name("batch"), .size(2)])])
        #expect(exported.graph.outputs == [ONNXValue(name: "y", type: 11, shape: [.name("batch"), .size(3)])])
        #expect(try export(MLP<Float>([Linear(2, 3)])).graph.inputs[0].type == 1)
    }

    /// Float's layers are ONNX's own; Double's are what ONNX Runtime can compute.
    @Test func operators() throws {
        let layers: [any Layer] = [
            Linear(2, 2), LeakyReLU(negativeSlope: 0.1), ELU(), Softplus(), GELU(), SiLU(), LayerNorm(2), Affine(2),
        ]
        #expect(
            try export(MLP<Float>(layers)).graph.nodes.map(\.type) == [
                "Gemm", "LeakyRelu", "Elu", "Softplus", "Mul", "Erf", "Add", "Mul", "Mul", "Sigmoid", "Mul",
                "LayerNormalization", "Mul", "Add",
            ])
        let types = try export(MLP<Double>(layers)).graph.nodes.map(\.type)
        #expect(Set(types).isDisjoint(with: ["Elu", "Erf", "Softplus", "LeakyRelu"]))
        #expect(
            try export(MLP<Double>([Linear(2, 2), LeakyReLU(negativeSlope: 0.25)])).graph.nodes[1].type == "LeakyRelu")
    }

    // MARK: Pipelines

    private func pipeline(_ preprocessing: Preprocessing) throws -> Pipeline<Double> {
        var pipeline = Pipeline<Double>(preprocessing: preprocessing) { features, outputs in [Linear(features, outputs)]
        }
        let data = try Dataset<Double>(
            inputs: Matrix([[1, 2], [3, 5], [4, 4]]), targets: [0, 1, 0], columns: [Column("a"), Column("b")],
            labelNames: ["no", "yes"])
        try pipeline.train(on: data, loss: CrossEntropy(.logits), epochs: 1, progress: .silent)
        return pipeline
    }

    @Test func pipelinesThatAreNotTrained() throws {
        try withTemporaryFolder { folder in
            let file = folder.appending(path: "model.onnx")
            let untrained = Pipeline<Double>(preprocessing: Preprocessing()) { [Linear($0, $1)] }
            let found = errorMessage { try untrained.write(onnx: file) }
            #expect(found == "the pipeline is not trained yet; call train first")
            #expect(!FileManager.default.fileExists(atPath: file.path(percentEncoded: false)))
        }
    }

    /// A scaler alone is read again, as a layer; so is what makes probabilities of logits.
    @Test func scalersComeBackAsLayers() throws {
        try withTemporaryFolder { folder in
            let file = folder.appending(path: "model.onnx")
            let pipeline = try pipeline(Preprocessing(numeric: .standard, missing: .error))
            try pipeline.write(onnx: file)
            let restored = try MLP<Double>(onnx: file)
            #expect(restored.layers.map { "\(type(of: $0))" } == ["Affine", "Linear", "Softmax"])
            let inputs = Matrix<Double>([[1, 2], [0, -3]])
            let (found, expected) = (try restored.predict(inputs), try pipeline.predict(inputs))
            #expect(zip(found.elements, expected.elements).allSatisfy { abs($0 - $1) < 1e-13 })
        }
    }
}
