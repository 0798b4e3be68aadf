import Foundation
import Perceptron
import TestSupport
import Testing

/// The format's own implementation, in Rust, under Python: what one writes the other reads.
@Suite(.enabled(if: Python.path != nil, "PERCEPTRON_PYTHON names no interpreter"))
struct SafetensorsTests {
    private struct Found: Decodable {
        struct Tensor: Decodable {
            let name: String
            let shape: [Int]
            let type: String
            let sum: Double
        }
        let metadata: [String: String]
        let tensors: [Tensor]
    }

    @Test(arguments: [[:], ["format": "pt"], ["ké\"\\/\n\u{1}\u{7F}\u{2028}": "😀\u{8}\u{C}\t\r"]])
    func theReferenceReadsItAndWritesTheSameBytes(_ metadata: [String: String]) throws {
        try withTemporaryFolder { folder in
            var writer = SafetensorsWriter(metadata: metadata)
            var sums: [String: Double] = [:]
            var shapes: [String: [Int]] = [:]
            func add<Number: SafetensorsNumber & Numeric>(_ name: String, _ shape: [Int], _ type: Number.Type) throws {
                let elements = (0..<shape.reduce(1, *)).map { Number(exactly: $0 % 100)! }
                sums[name] = Double((0..<elements.count).reduce(0) { $0 + $1 % 100 })
                shapes[name] = shape
                try writer.add(name, shape: shape, elements)
            }
            for (index, shape) in [[], [0], [1], [7], [3, 5], [0, 4], [2, 3, 4], [1, 1, 1, 1, 9]].enumerated() {
                try add("\(index).weight", shape, Double.self)
                try add("layer \(index).weight é\"\\\n", shape, Float.self)
                try add("Z\(index)", shape, Int.self)
                try add("i32 \(index)", shape, Int32.self)
                try add("i16 \(index)", shape, Int16.self)
                try add("i8 \(index)", shape, Int8.self)
                try add("😀\(index)", shape, UInt64.self)
                try add("\u{FFEE}\(index)", shape, UInt32.self)
                try add("u16 \(index)", shape, UInt16.self)
                try add("u8 \(index)", shape, UInt8.self)
            }
            let file = folder.appending(path: "file.safetensors")
            let copy = folder.appending(path: "copy.safetensors")
            try writer.write(to: file)
            let printed = try Python.run(
                "safetensors_reference.py", [file, copy].map { $0.path(percentEncoded: false) })
            let found = try JSONDecoder().decode(Found.self, from: Data(printed.utf8))
            #expect(found.metadata == metadata)
            #expect(found.tensors.count == sums.count)
            for tensor in found.tensors {
                #expect(tensor.sum == sums[tensor.name], "\(tensor.name)")
                #expect(tensor.shape == shapes[tensor.name], "\(tensor.name)")
            }
            #expect(try Data(contentsOf: file) == Data(contentsOf: copy))
        }
    }

    @Test(.enabled(if: Python.hasTorch, "PyTorch is not there"))
    func readsTheStateOfAPyTorchModel() throws {
        try withTemporaryFolder { folder in
            _ = try Python.run("safetensors_torch.py", [folder.path(percentEncoded: false)])
            for name in ["double", "float", "half", "bfloat"] {
                let file = try SafetensorsFile(contentsOf: folder.appending(path: "\(name).safetensors"))
                #expect(file.metadata == ["format": "pt"])
                let bits = try String(contentsOf: folder.appending(path: "\(name).bits"), encoding: .utf8)
                let found =
                    try file.array("0.weight", of: Float.self, shape: [7, 5])
                    + file.array("0.bias", of: Float.self, shape: [7])
                    + file.array("2.weight", of: Float.self, shape: [3, 7])
                    + file.array("2.bias", of: Float.self, shape: [3])
                #expect(found.map(\.bitPattern) == bits.split(separator: " ").map { UInt32($0)! }, "\(name)")
            }
        }
    }
}
