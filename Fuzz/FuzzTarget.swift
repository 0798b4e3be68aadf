import Perceptron
import PerceptronONNX

/// A reader that takes bytes from anywhere, and must never do worse than throw.
struct FuzzTarget: Sendable {
    let name: String
    /// The folder of `Tests/PerceptronTests/Corpus` with its first inputs.
    let corpus: String
    /// Reads the bytes; an error is as good an end as any.
    let read: @Sendable (Span<UInt8>) throws(PerceptronError) -> Void

    /// A new reader is a new line here.
    static let all: [FuzzTarget] = [
        FuzzTarget(name: "npy", corpus: "npy") { (bytes) throws(PerceptronError) in
            _ = try ArrayFormat.npy.matrix(bytes, name: "npy", of: Double.self)
        },
        FuzzTarget(name: "npy-labels", corpus: "npy") { (bytes) throws(PerceptronError) in
            _ = try ArrayFormat.npy.labels(bytes, name: "npy")
        },
        FuzzTarget(name: "idx", corpus: "idx") { (bytes) throws(PerceptronError) in
            _ = try ArrayFormat.idx.matrix(bytes, name: "idx", of: Float.self)
        },
        FuzzTarget(name: "npz", corpus: "npz") { (bytes) throws(PerceptronError) in
            for array in try NPZFile.names(bytes, name: "npz") {
                _ = try NPZFile.matrix(bytes, name: "npz", array: array, of: Double.self)
            }
        },
        FuzzTarget(name: "gzip", corpus: "gzip") { (bytes) throws(PerceptronError) in
            var stream = Gzip(bytes, name: "gzip")
            // More would be zlib's time alone.
            var unpacked: [UInt8] = []
            try stream.read(upTo: 1 << 17, appendingTo: &unpacked)
        },
        FuzzTarget(name: "safetensors", corpus: "safetensors") { (bytes) throws(PerceptronError) in
            for tensor in try SafetensorsHeader(bytes, path: "safetensors").tensors {
                _ = tensor.scalars(of: Double.self, in: bytes)
                _ = tensor.integers(of: Int.self, in: bytes)
            }
        },
        FuzzTarget(name: "model", corpus: "model") { (bytes) throws(PerceptronError) in
            _ = try? MLP<Double>(bytes, path: "state", layers: [Linear(2, 3), ReLU(), Linear(3, 1, bias: false)])
            _ = try MLP<Float>(bytes, path: "model")
            _ = try Pipeline<Double>(bytes, path: "pipeline")
        },
        FuzzTarget(name: "checkpoint", corpus: "checkpoint") { (bytes) throws(PerceptronError) in
            try CheckpointFuzzing.resume(bytes)
        },
        FuzzTarget(name: "layers", corpus: "layers") { (bytes) throws(PerceptronError) in
            let text = String(decoding: bytes.indices.map { bytes[$0] }, as: UTF8.self)
            _ = try LayerCoding.decode(text, path: "layers")
        },
        FuzzTarget(name: "csv", corpus: "csv") { (bytes) throws(PerceptronError) in
            try CSVFuzzing.read(bytes.withUnsafeBufferPointer { Array($0) })
        },
        FuzzTarget(name: "onnx", corpus: "onnx") { (bytes) throws(PerceptronError) in
            _ = try MLP<Double>(onnx: bytes, path: "onnx")
        },
    ]
}
