/// The name and layout of a layer's state in a file: those of the buffers in PyTorch's `nn.Sequential`.
extension StateTensor {
    /// "1.running_mean": the index of the layer, and the name.
    var nameInFiles: String { "\(layer).\(name)" }

    var shapeInFiles: [Int] { isCounter ? [] : [range.count] }

    /// Adds this tensor's numbers from a model's state.
    func add<Scalar: BLASScalar>(
        _ state: [Scalar], to writer: inout SafetensorsWriter, prefix: String = ""
    ) throws(PerceptronError) {
        if isCounter {
            try writer.add(prefix + nameInFiles, shape: [], [Int(state[range.lowerBound])])
        } else {
            try writer.add(prefix + nameInFiles, scalars: Array(state[range]))
        }
    }

    /// This tensor's numbers in a file, converted; nil if the tensor has another type.
    func values<Scalar: BLASScalar>(_ stored: SafetensorsTensor, of file: Span<UInt8>) -> [Scalar]? {
        guard isCounter else { return stored.scalars(of: Scalar.self, in: file) }
        return stored.integers(of: Int.self, in: file)?.map { Scalar($0) }
    }
}
