import Foundation
import Perceptron
import TestSupport
import Testing

@testable import PerceptronONNX

@Suite struct ONNXFormatTests {
    private func model<Scalar: BLASScalar>(_: Scalar.Type) throws -> MLP<Scalar> {
        func linear(_ inputs: Int, _ outputs: Int, bias: Bool) -> Linear {
            Linear(inputs, outputs, bias: bias, weightInitializer: .zeros, biasInitializer: .zeros)
        }
        var model = try MLP<Scalar>([linear(2, 3, bias: true), Sigmoid(), linear(3, 2, bias: false), Softmax()])
        model.parameters = [1, 2, 3, 4, 5, 6, 7, 8, -0.0, 1, -1, 0.5, 1e-3, 3, 1e30]
        return model
    }

    /// The same bytes as onnx itself writes for that model.
    @Test func bytesAreThoseOfTheReference() throws {
        try withTemporaryFolder { folder in
            let file = folder.appending(path: "model.onnx")
            func expectGolden<Scalar: BLASScalar>(_ name: String, _: Scalar.Type) throws {
                try model(Scalar.self).write(
                    onnx: file, inputName: "x", outputName: "y", labelNames: ["no", "yés"])
                let golden = testFile("PerceptronONNXTests/Golden/\(name).onnx")
                #expect(try Data(contentsOf: file) == Data(contentsOf: golden), "\(name)")
                let restored = try MLP<Scalar>(onnx: golden)
                #expect(restored.parameters == (try model(Scalar.self)).parameters)
                #expect(restored.layers.map { "\(type(of: $0))" } == ["Linear", "Sigmoid", "Linear", "Softmax"])
            }
            try expectGolden("float", Float.self)
            try expectGolden("double", Double.self)
        }
    }

    @Test func everythingComesBack() throws {
        let attributes: [String: ONNXAttribute] = [
            "f": .float(-0.5), "i": .integer(-3), "s": .text("é"), "fs": .floats([1, 2]),
            "is": .integers([-1, 1 << 40]),
            "t": .tensor(ONNXTensor("", shape: [], .floats([3]))),
        ]
        let graph = ONNXGraph(
            name: "graph",
            nodes: [
                ONNXNode(
                    name: "n", type: "Op", domain: "d", inputs: ["a", "", "b"], outputs: ["c", "e"],
                    attributes: attributes)
            ],
            tensors: [
                ONNXTensor("a", shape: [2, 1], .floats([1, .infinity])), tensor("b", [0, 3], []),
                ONNXTensor("c", shape: [3], .integers([-1, 0, .max])),
            ], inputs: [ONNXValue(name: "x", type: 1, shape: [.name("n"), .size(3), .unknown])],
            outputs: [ONNXValue(name: "y", type: 11, shape: [])])
        let model = ONNXModel(
            formatVersion: 8, producer: "p", producerVersion: "2", graph: graph, operatorVersion: 21,
            metadata: ["k": "v", "": "w"])
        #expect(try ONNXModel(model.message.bytes.span) == model)
    }

    /// Whole numbers of every size, as bytes and one by one.
    @Test func wholeNumbers() throws {
        func tensor(_ type: Int, _ count: Int, _ fields: (inout ProtobufMessage) -> Void) throws -> ONNXTensor {
            var message = ProtobufMessage()
            message.append(count, field: 1)
            message.append(type, field: 2)
            fields(&message)
            return try ONNXTensor(ProtobufReader(message.bytes.span))
        }
        func raw<Number: BitwiseCopyable>(_ type: Int, _ numbers: [Number]) throws -> ONNXTensor {
            try tensor(type, numbers.count) { $0.append(numbers.span.bytes, field: 9) }
        }
        func expect(_ tensor: ONNXTensor, _ expected: [Int], _ type: Int) {
            #expect(tensor.elements == .integers(expected), "type \(type)")
        }
        expect(try raw(2, [0, 255] as [UInt8]), [0, 255], 2)
        expect(try raw(3, [-128, 127] as [Int8]), [-128, 127], 3)
        expect(try raw(4, [0, 65535] as [UInt16]), [0, 65535], 4)
        expect(try raw(5, [-32768, 32767] as [Int16]), [-32768, 32767], 5)
        expect(try raw(6, [.min, .max] as [Int32]), [-1 << 31, 1 << 31 - 1], 6)
        expect(try raw(7, [.min, .max] as [Int]), [.min, .max], 7)
        expect(try raw(9, [0, 1] as [UInt8]), [0, 1], 9)
        expect(try raw(12, [0, .max] as [UInt32]), [0, 1 << 32 - 1], 12)
        for (type, field) in [(2, 5), (3, 5), (4, 5), (5, 5), (6, 5), (9, 5), (7, 7), (12, 11)] as [(Int, UInt64)] {
            let found = try tensor(type, 2) { message in
                for number in [1, 0] { message.append(number, field: field) }
            }
            expect(found, [1, 0], type)
        }
        #expect(throws: ProtobufReader.Failure.self) { try raw(6, [1, 2] as [Int8]) }
    }

    // MARK: The corpus

    private static let corpus = testFile("PerceptronTests/Corpus/onnx")

    @Test func corpusIsReadOrRefused() throws {
        let files = try FileManager.default.contentsOfDirectory(at: Self.corpus, includingPropertiesForKeys: nil)
        #expect(files.count == 52)
        for file in files {
            let name = file.lastPathComponent
            let bytes = [UInt8](try Data(contentsOf: file))
            do throws(PerceptronError) {
                _ = try MLP<Double>(onnx: bytes.span, path: name)
                #expect(name.hasPrefix("good-"), "\(name) was read")
            } catch {
                #expect(name.hasPrefix("bad-"), "\(name): \(error)")
                guard case .invalidFile(let message) = error, message.hasPrefix("\(name): ") else {
                    Issue.record("\(name): \(error)")
                    continue
                }
            }
        }
    }

    /// The same numbers in all types and fields that a tensor can have them in.
    @Test(arguments: ["gemm", "double", "half", "fields", "half-fields"])
    func typesOfTensors(name: String) throws {
        let model = try MLP<Double>(onnx: Self.corpus.appending(path: "good-\(name)"))
        #expect(model.parameters == [1, 2, 3, 4, 5, 6, 1, -1, 0.5])
    }

    @Test(arguments: [
        ("bad-cut", "byte 2: a length of 139, where 136 bytes are left"),
        ("bad-varint", "byte 1: a number of more than 64 bits"),
        ("bad-length", "byte 0: a length of 18446744073709551615, where 0 bytes are left"),
        ("bad-two-graphs", "byte 152: a second graph"),
        ("bad-dimensions", "tensor \"w\": its shape [1099511627776, 1099511627776] is larger than any memory"),
        ("bad-negative", "its shape is [-2, -3]; it must have at most 16 dimensions, none negative"),
        ("bad-size", "tensor \"w\": its shape [2, 4] needs 8 × 4 bytes; it has 24"),
        ("bad-none", "node 0 (Gemm): its weight \"w\" is not a matrix of floats; its shape is [1099511627776, 0]"),
        ("bad-external", "tensor \"w\": its elements are in another file; only the model's own file is read"),
        ("bad-nan", "node 0 (Gemm): has nan in its weight \"w\"; all numbers must be finite"),
        ("bad-twice", "two tensors are named \"w\""),
        ("bad-opset", "its operator set has version 3; versions 7 to 28 are supported"),
        ("bad-output", "node 0 (Gemm): makes a second \"y\""),
        ("bad-operator", "node 0 (Conv): not one of Abs, Add, BatchNormalization, "),
        ("bad-order", "node 0 (Relu): no node before it makes its input \"a\""),
        ("bad-loop", "the output depends on 0 inputs"),
        ("bad-transposed", "node 0 (Gemm): transA is not 0"),
        ("bad-width", "node 0 (Gemm): its weight \"w\" takes 2 columns; it gets 3"),
        ("bad-wide", "node 0 (Mul): makes more numbers from those in the file than a model of its size has"),
        ("bad-reuse", "(MatMul): makes more numbers from those in the file than a model of its size has"),
        (
            "bad-large-constant",
            "node 0 (ConstantOfShape): makes more numbers from the constants in the file than weights can need"
        ),
        (
            "bad-constant-product",
            "node 1 (MatMul): makes more numbers from the constants in the file than weights "
                + "can need"
        ),
        ("bad-constant-type", "node 0 (Cast): casts to type 8, which is not supported"),
        ("bad-layers", "node 0 '0.Gemm' (Conv): not one of Abs, Add, BatchNormalization, "),
        ("bad-shape", "the input \"x\" has no fixed size from 1 to 2³¹ − 1 after its batch dimension"),
        ("bad-softmax", "node 0 (Softmax): is along axis 0; only axis 1, along the rows, is supported"),
        ("bad-erf", "node 1 (Erf): is supported only as a part of GELU or Softplus, whose other parts are missing"),
    ])
    func messagesNameThePlace(name: String, expected: String) {
        let file = Self.corpus.appending(path: name)
        let found = errorMessage { _ = try MLP<Float>(onnx: file) }
        #expect(found.hasPrefix(file.path(percentEncoded: false) + ": "))
        #expect(found.contains(expected), "\(found)")
    }

    /// Every cut and every changed byte of a good file is read as a model that is finite, or refused.
    @Test func damagedFiles() throws {
        func read(_ bytes: [UInt8]) {
            guard let model = try? MLP<Double>(onnx: bytes.span, path: "") else { return }
            #expect(model.parameters.allSatisfy { $0.isFinite })
        }
        for name in ["good-gemm", "good-norms"] {
            let bytes = [UInt8](try Data(contentsOf: Self.corpus.appending(path: name)))
            for index in bytes.indices {
                read([UInt8](bytes[..<index]))
                for value in [0x00, 0x7F, 0x80, 0xFF, bytes[index] ^ 1] as [UInt8] {
                    var changed = bytes
                    changed[index] = value
                    read(changed)
                }
            }
        }
    }

    @Test func missingFile() {
        let file = URL(filePath: "/nowhere/model.onnx")
        #expect(errorMessage { _ = try MLP<Double>(onnx: file) }.hasPrefix("/nowhere/model.onnx: can't be read: "))
        #expect(
            errorMessage { try MLP<Double>([Linear(1, 1)]).write(onnx: file) }
                == "/nowhere/model.onnx: its folder can't be opened: No such file or directory")
    }
}
