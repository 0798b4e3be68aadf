import Foundation
import Perceptron
import TestSupport
import Testing

@testable import PerceptronONNX

/// What depends on constants alone is computed, as ONNX's own reference computes it.
@Suite struct ONNXFoldingTests {
    private struct Golden: Decodable {
        struct Tensor: Decodable {
            let type: String
            let shape: [Int]
            let numbers: [Double]

            var tensor: ONNXTensor {
                switch type {
                case "float": ONNXTensor("", shape: shape, .floats(numbers.map { Float($0) }))
                case "double": ONNXTensor("", shape: shape, .doubles(numbers))
                default: ONNXTensor("", shape: shape, .integers(numbers.map { Int($0) }))
                }
            }
        }

        enum Attribute: Decodable {
            case integer(Int), integers([Int]), tensor(Tensor)

            init(from decoder: any Decoder) throws {
                let container = try decoder.singleValueContainer()
                if let integer = try? container.decode(Int.self) {
                    self = .integer(integer)
                } else if let integers = try? container.decode([Int].self) {
                    self = .integers(integers)
                } else {
                    self = .tensor(try container.decode(Tensor.self))
                }
            }

            var attribute: ONNXAttribute {
                switch self {
                case .integer(let integer): .integer(integer)
                case .integers(let integers): .integers(integers)
                case .tensor(let tensor): .tensor(tensor.tensor)
                }
            }
        }

        let `operator`: String
        let inputs: [Tensor?]
        let attributes: [String: Attribute]
        let output: Tensor
    }

    @Test func constantsAreThoseOfTheReference() throws {
        let file = testFile("PerceptronONNXTests/Golden/folding.json")
        let cases = try JSONDecoder().decode([Golden].self, from: Data(contentsOf: file))
        // Constants themselves are in another test.
        #expect(Set(cases.map(\.operator)).union(["Constant"]) == Set(ONNXFolding.all.keys))
        for (index, golden) in cases.enumerated() {
            let node = ONNXNode(
                type: golden.operator, inputs: [], outputs: ["y"], attributes: golden.attributes.mapValues(\.attribute))
            let operands = golden.inputs.map { $0.map { ONNXChain.Operand.constant($0.tensor) } }
            var folding = ONNXFolding(numbers: 0)
            let found = try folding.result(of: ONNXNodeCall(node: node, operands: operands))
            let expected = golden.output.tensor
            let label = "case \(index), \(golden.operator)"
            #expect(found.name == "y" && found.shape == expected.shape, "\(label)")
            switch (found.elements, expected.elements) {
            case (.floats(let found), .floats(let expected)):
                #expect(
                    found.count == expected.count
                        && zip(found, expected).allSatisfy { abs($0 - $1) <= 4 * $1.ulp }, "\(label)")
            case (.doubles(let found), .doubles(let expected)):
                #expect(
                    found.count == expected.count
                        && zip(found, expected).allSatisfy { abs($0 - $1) <= 8 * $1.ulp }, "\(label)")
            default: #expect(found.elements == expected.elements, "\(label)")
            }
        }
    }

    private static let inputs = Matrix<Double>([[1, -2], [0.5, 3]])

    /// A weight behind nodes gives the same model as that weight itself.
    @Test func weightsComeThroughNodes() throws {
        let weight = tensor("w", [2, 3], [1, 2, 3, 4, 5, 6])
        let transposed = tensor("t", [3, 2], [1, 4, 2, 5, 3, 6])
        func integers(_ name: String, _ numbers: [Int]) -> ONNXTensor {
            ONNXTensor(name, shape: [numbers.count], .integers(numbers))
        }
        let tensors = [
            weight, transposed, tensor("flat", [6], [1, 2, 3, 4, 5, 6]),
            tensor("deep", [1, 2, 3, 1], [1, 2, 3, 4, 5, 6]),
            integers("shape", [2, 3]), integers("ends", [0, -1]), integers("0", [0]), integers("3", [3]),
            tensor("half", [], [0.5]), tensor("twice", [2, 3], [2, 4, 6, 8, 10, 12]),
            tensor("left", [2, 1], [1, 2]), tensor("right", [1, 3], [1, 1, 1]),
            tensor("rest", [2, 3], [0, 1, 2, 2, 3, 4]), integers("rows", [1, 0]),
            tensor("swapped", [2, 3], [4, 5, 6, 1, 2, 3]),
            ONNXTensor("halves", shape: [2, 3], .floats([1, 2, 3, 4, 5, 6])),
            ONNXTensor("bytes", shape: [2, 3], .integers([11, 12, 13, 14, 15, 16])), tensor("10", [1], [10]),
            tensor("first", [2, 1], [1, 4]), tensor("others", [2, 2], [2, 3, 5, 6]), tensor("gain", [2, 1], [2, 3]),
            tensor("direction", [2, 2], [3, 4, 5, 12]), tensor("unit", [2, 2], [1.2, 1.6, 15.0 / 13, 36.0 / 13]),
        ]
        let product = node("MatMul", ["x", "c"], "y")
        let cases: [(String, [ONNXNode])] = [
            ("w", [node("Identity", ["w"], "c")]),
            ("w", [node("Transpose", ["t"], "c")]),
            ("w", [node("Transpose", ["t"], "c", ["perm": .integers([1, 0])])]),
            ("w", [node("Reshape", ["flat", "shape"], "c")]),
            ("w", [node("Squeeze", ["deep", "ends"], "c")]),
            ("w", [node("Unsqueeze", ["w", "0"], "a"), node("Squeeze", ["a"], "c")]),
            ("w", [node("Cast", ["halves"], "c", ["to": .integer(11)])]),
            ("w", [node("Mul", ["half", "twice"], "c")]),
            ("w", [node("Concat", ["first", "others"], "c", ["axis": .integer(-1)])]),
            ("w", [node("Gather", ["swapped", "rows"], "c")]),
            // Dequantised by hand, low rank, and a weight's norm apart from its direction, as PyTorch parametrises it.
            (
                "w",
                [node("Cast", ["bytes"], "a", ["to": .integer(11)]), node("Sub", ["a", "10"], "c")]
            ),
            ("w", [node("MatMul", ["left", "right"], "a"), node("Add", ["a", "rest"], "c")]),
            (
                "unit",
                [
                    node("ReduceL2", ["direction"], "n", ["axes": .integers([1])]),
                    node("Div", ["direction", "n"], "u"),
                    node("Mul", ["u", "gain"], "g"), node("Constant", [], "f", ["value_float": .float(2)]),
                    node("Mul", ["g", "f"], "d"), node("Mul", ["d", "half"], "c"),
                ]
            ),
        ]
        for (expected, nodes) in cases {
            let found = try read(model(nodes + [product], tensors))
            let plain = try read(model([node("MatMul", ["x", expected], "y")], tensors))
            #expect(found.layers.count == 1 && found.layers[0] is Linear)
            #expect(zip(found.parameters, plain.parameters).allSatisfy { abs($0 - $1) < 1e-14 }, "\(nodes)")
        }
        // Biases, slopes and bounds too; and a constant input that is not the first.
        let others: [([ONNXNode], (Double) -> Double)] = [
            ([node("Neg", ["half"], "s"), node("PRelu", ["z", "s"], "y")], { $0 > 0 ? $0 : -0.5 * $0 }),
            ([node("Neg", ["half"], "s"), node("Clip", ["z", "s", "half"], "y")], { min(max($0, -0.5), 0.5) }),
            ([node("Exp", ["half"], "s"), node("Sub", ["s", "z"], "y")], { exp(0.5) - $0 }),
        ]
        for (nodes, function) in others {
            let found = try read(
                model([node("Gemm", ["x", "i"], "z")] + nodes, tensors + [tensor("i", [2, 2], [1, 0, 0, 1])]))
            for (output, input) in zip(try found.predict(Self.inputs).elements, Self.inputs.elements) {
                #expect(abs(output - function(input)) < 1e-14, "\(nodes)")
            }
        }
    }

    @Test func constantsThatAreNone() {
        func integers(_ name: String, _ numbers: [Int]) -> ONNXTensor {
            ONNXTensor(name, shape: [numbers.count], .integers(numbers))
        }
        let tensors = [
            tensor("w", [2, 3], [1, 2, 3, 4, 5, 6]), tensor("v", [2, 2], [1, 2, 3, 4]), tensor("nan", [1], [.nan]),
            tensor("e", [0], []), integers("7", [7]), integers("big", [1 << 40]), integers("huge", [1 << 40, 1 << 40]),
            integers("none", [0, 1 << 40, 1 << 40]), integers("many", [Int](repeating: 1, count: 17)),
            integers("-1-1", [-1, -1]), integers("-2", [-2]), integers("4", [4]), integers("0", [0]),
            integers("least", [.min]),
            ONNXTensor("text", shape: [1], .other(type: 8)),
        ]
        let cases: [(ONNXNode, String)] = [
            (
                node("Conv", ["w", "v"], "y"),
                "takes only constants; of such nodes these are supported: Abs, Add, And, Cast, CastLike, Ceil, "
                    + "Concat, Constant, "
            ),
            (node("Transpose", ["w"], "y", ["perm": .integers([0, 0])]), "puts 2 dimensions in the order [0, 0]"),
            (node("Transpose", ["w"], "y", ["perm": .integers([0])]), "puts 2 dimensions in the order [0]"),
            (node("Transpose", ["text"], "y"), "\"text\" is of type 8"),
            (node("Reshape", ["w", "7"], "y"), "reshapes [2, 3] to [7]"),
            (node("Reshape", ["w", "-1-1"], "y"), "reshapes [2, 3] to [-1, -1]"),
            (node("Reshape", ["w", "-2"], "y"), "reshapes [2, 3] to [-2]"),
            (node("Reshape", ["w", "4"], "y"), "reshapes [2, 3] to [4]"),
            (
                node("Reshape", ["e", "none"], "y", ["allowzero": .integer(1)]),
                "reshapes [0] to [0, 1099511627776, 1099511627776]"
            ),
            (node("Reshape", ["w", "many"], "y"), "reshapes [2, 3] to [1, 1, "),
            (node("Squeeze", ["w", "0"], "y"), "removes the axes [0] of the shape [2, 3], whose sizes are not 1"),
            (node("Squeeze", ["w", "7"], "y"), "is along axis 7 of 2 dimensions"),
            (node("Unsqueeze", ["w", "7"], "y"), "is along axis 7 of 3 dimensions"),
            (node("Unsqueeze", ["w"], "y", ["axes": .integers([0, 0])]), "names an axis twice: [0, 0]"),
            (node("Flatten", ["w"], "y", ["axis": .integer(3)]), "is along axis 3 of 2 dimensions"),
            (node("Gather", ["w", "7"], "y"), "is along axis 7 of 2 dimensions"),
            (node("Gather", ["w", "v"], "y"), "its indices are not integers"),
            (node("Concat", ["w", "v"], "y", ["axis": .integer(0)]), "joins shapes that differ in more than axis 0"),
            (node("Concat", ["w", "e"], "y", ["axis": .integer(0)]), "joins 2 and 1 dimensions"),
            (node("Concat", ["7", "e"], "y", ["axis": .integer(0)]), "joins numbers of several types"),
            (node("Concat", ["w"], "y"), "has no axis"),
            (
                node("Slice", ["w", "0", "7", "0", "0"], "y"),
                "doesn't have a start, an end and a step for each of "
                    + "its axes"
            ),
            (node("Slice", ["w", "0"], "y"), "doesn't have a start, an end and a step for each of its axes"),
            (node("Expand", ["w", "4"], "y"), "expands [2, 3] to [4]"),
            (node("Expand", ["w", "v"], "y"), "input 1 has no integers"),
            (
                node("ConstantOfShape", ["big"], "y"),
                "makes more numbers from the constants in the file than "
                    + "weights can need"
            ),
            (node("ConstantOfShape", ["huge"], "y"), "which is larger than any memory"),
            (node("ConstantOfShape", ["none"], "y"), "which is larger than any memory"),
            (node("ConstantOfShape", ["many"], "y"), "makes the shape [1, 1, "),
            (node("ConstantOfShape", ["-2"], "y"), "makes the shape [-2], which no tensor has"),
            (
                node("ConstantOfShape", ["4"], "y", ["value": .tensor(tensor("", [2], [1, 2]))]),
                "its attribute value is not one number"
            ),
            (node("Cast", ["w"], "y", ["to": .integer(10)]), "casts to type 10, which is not supported"),
            (node("Cast", ["nan"], "y", ["to": .integer(7)]), "casts nan to type 7"),
            (node("Cast", ["big"], "y", ["to": .integer(6)]), "casts 1099511627776 to type 6"),
            (node("Cast", ["text"], "y", ["to": .integer(1)]), "\"text\" has no numbers"),
            (node("Abs", ["text"], "y"), "\"text\" has no floats"),
            (node("Add", ["w", "v"], "y"), "joins the shapes [2, 3] and [2, 2]"),
            (node("Add", ["text", "w"], "y"), "\"text\" is of type 8"),
            (node("Div", ["7", "0"], "y"), "makes no whole number from 7 and 0"),
            (node("Mul", ["big", "big"], "y"), "makes no whole number from 1099511627776 and 1099511627776"),
            (node("Sub", ["least", "7"], "y"), "makes no whole number from -9223372036854775808 and 7"),
            (node("Pow", ["7", "big"], "y"), "makes no whole number from 7 and 1099511627776"),
            (node("Neg", ["7"], "y"), "\"7\" has no floats"),
            (node("MatMul", ["v", "e"], "y"), "multiplies the shapes [2, 2] and [0]; only two matrices are supported"),
            (node("ReduceSum", ["w", "7"], "y"), "is along axis 7 of 2 dimensions"),
            (node("Where", ["w", "v", "v"], "y"), "joins the shapes [[2, 3], [2, 2], [2, 2]]"),
            (node("Where", ["v", "v", "v"], "y"), "selects by something other than true or false"),
            (node("Not", ["v"], "y"), "takes something other than true or false"),
        ]
        for (broken, expected) in cases {
            let nodes = [broken, node("Gemm", ["x", "y"], "z")]
            var file = model(nodes, tensors)
            file.graph.outputs[0].name = "z"
            let found = errorMessage { _ = try read(file) }
            #expect(found.hasPrefix("file: node 0 (\(broken.type)): "), "\(found)")
            #expect(found.contains(expected), "\(found)")
        }
    }

    /// A small file asks for no large work: of numbers, and of products.
    @Test func workIsBounded() {
        let one = ONNXTensor("1", shape: [1], .floats([1]))
        func sizes(_ name: String, _ sizes: [Int]) -> ONNXTensor {
            ONNXTensor(name, shape: [sizes.count], .integers(sizes))
        }
        func message(_ nodes: [ONNXNode]) -> String {
            let tensors = [one, sizes("square", [512, 512]), sizes("wide", [1, 1 << 19])]
            return errorMessage { _ = try read(model(nodes + [node("Mul", ["x", "z"], "y")], tensors)) }
        }
        let refused = "makes more numbers from the constants in the file than weights can need"
        #expect(message([node("Expand", ["1", "square"], "a"), node("MatMul", ["a", "a"], "z")]).hasSuffix(refused))
        let sums = [node("Expand", ["1", "wide"], "a")] + (0..<100_000 / 4).map { node("ReduceSum", ["a"], "s\($0)") }
        let chain = (0..<100_000 / 4).map { node("Add", [$0 == 0 ? "1" : "t\($0 - 1)", "s\($0)"], "t\($0)") }
        #expect(message(sums + chain + [node("Identity", ["t24999"], "z")]).hasSuffix(refused))
    }
}
