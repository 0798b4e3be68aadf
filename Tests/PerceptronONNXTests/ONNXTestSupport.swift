import Foundation
import Perceptron
import Testing

@testable import PerceptronONNX

/// A model read from a graph as its file would be.
func read(
    _ model: ONNXModel, output: String? = nil, allowsNonFinite: Bool = false
) throws -> MLP<Double> {
    try MLP(onnx: model.message.bytes.span, path: "file", output: output, allowsNonFinite: allowsNonFinite)
}

func readFloats(_ model: ONNXModel) throws -> MLP<Float> { try MLP(onnx: model.message.bytes.span, path: "file") }

/// Another program's graph from "x", batch × `width`, to "y".
func model(
    width: Int = 2, _ nodes: [ONNXNode], _ tensors: [ONNXTensor] = [], operatorVersion: Int = 17
) -> ONNXModel {
    let graph = ONNXGraph(
        nodes: nodes, tensors: tensors,
        inputs: [ONNXValue(name: "x", type: 11, shape: [.name("batch"), .size(width)])],
        outputs: [ONNXValue(name: "y", type: 11)])
    return ONNXModel(producer: "another", graph: graph, operatorVersion: operatorVersion)
}

func node(
    _ type: String, _ inputs: [String], _ output: String, _ attributes: [String: ONNXAttribute] = [:],
    domain: String = "", name: String = ""
) -> ONNXNode {
    ONNXNode(name: name, type: type, domain: domain, inputs: inputs, outputs: [output], attributes: attributes)
}

func tensor(_ name: String, _ shape: [Int], _ numbers: [Double]) -> ONNXTensor {
    ONNXTensor(name, shape: shape, .doubles(numbers))
}

/// A file of the repository's tests.
func testFile(_ path: String) -> URL {
    URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../\(path)").standardizedFileURL
}
