/// A model in a safetensors file: a tensor for each of its parameters, and nothing else.
///
/// All of this is checked with the header alone, before any of the memory that the layers require is allocated.
struct StoredModel: Sendable {
    let path: String
    let network: Network
    /// The file's description of the model; nil if another program wrote it.
    let description: ModelDescription?
    /// In the order of the network's layout.
    let tensors: [SafetensorsTensor]
    /// In the order of the network's state layout.
    private let stateTensors: [SafetensorsTensor]

    private static let widestWithoutParameters = 1 << 16

    /// - Parameter layers: the model's layers; nil for those in the file.
    /// - Throws: `PerceptronError.invalidFile` if the file has no layers, or its tensors don't match the layers;
    ///   `.invalidArchitecture` if the given layers don't fit together.
    init(
        _ header: SafetensorsHeader, path: String, layers: [any Layer]?, names: ForeignNames = ForeignNames()
    ) throws(PerceptronError) {
        self.path = path
        if let layers {
            description = nil
            network = try Network(layers)
        } else {
            guard let description = try ModelDescription(header.metadata, path: path) else {
                throw .invalidFile(
                    "\(path): the metadata doesn't describe the model's layers (there is no "
                        + "\"\(ModelDescription.key)\"); give them: (contentsOf: url, layers: […])")
            }
            self.description = description
            do throws(PerceptronError) { network = try Network(description.layers) } catch {
                throw .invalidFile("\(path): \(error)")
            }
        }
        (tensors, stateTensors) = try StoredModel.tensors(
            of: network, in: header.tensors, path: path, names: description.map(ForeignNames.init) ?? names)
        // Prediction allocates memory for the widest layer, and only parameters show that such a width is real.
        let widest = network.widths.max() ?? 0
        guard widest <= max(network.parameterCount, StoredModel.widestWithoutParameters) else {
            throw .invalidFile(
                "\(path): a layer is \(widest) wide; with \(counted(network.parameterCount, "parameter")) in the file it can be "
                    + "\(max(network.parameterCount, StoredModel.widestWithoutParameters)) at the most")
        }
    }

    private static func tensors(
        of network: Network, in all: [SafetensorsTensor], path: String, names: ForeignNames
    ) throws(PerceptronError) -> (parameters: [SafetensorsTensor], state: [SafetensorsTensor]) {
        func failure(_ reason: String) -> PerceptronError { .invalidFile("\(path): \(reason)") }
        var unread = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })
        let expected = network.layout.map(\.nameInFiles) + network.stateLayout.map(\.nameInFiles)
        let prefix = names.prefix(of: expected, in: all.map(\.name))
        func tensor(_ name: String, _ shape: [Int]) throws(PerceptronError) -> SafetensorsTensor {
            let name = prefix + name
            guard let tensor = unread.removeValue(forKey: name) else {
                throw failure("there is no tensor \"\(name)\" of shape \(shape); there are \(all.names)")
            }
            guard tensor.shape == shape else {
                throw failure("tensor \"\(name)\" has the shape \(tensor.shape); the layers expect \(shape)")
            }
            return tensor
        }
        func tensorOfNumbers(_ name: String, _ shape: [Int]) throws(PerceptronError) -> SafetensorsTensor {
            let tensor = try tensor(name, shape)
            guard tensor.type.isFloatingPoint else {
                throw failure("tensor \"\(name)\" is \(tensor.type.rawValue); F64, F32, F16 or BF16 are expected")
            }
            return tensor
        }
        var tensors: [SafetensorsTensor] = []
        for parameter in network.layout {
            tensors.append(try tensorOfNumbers(parameter.nameInFiles, parameter.shapeInFiles))
        }
        var state: [SafetensorsTensor] = []
        for part in network.stateLayout {
            let name = part.nameInFiles
            guard part.isCounter else {
                state.append(try tensorOfNumbers(name, part.shapeInFiles))
                continue
            }
            let counter = try tensor(name, part.shapeInFiles)
            guard counter.type == .int64 else {
                throw failure("tensor \"\(name)\" is \(counter.type.rawValue); I64 is expected")
            }
            state.append(counter)
        }
        let left = all.filter { unread[$0.name] != nil && !names.ignores($0.name) }
        guard left.isEmpty else { throw failure("the layers don't use \(left.names)") }
        return (tensors, state)
    }

    /// The state, laid out as a flat vector.
    /// - Throws: `PerceptronError.invalidFile` if a number is not finite, unless that is allowed.
    func state<Scalar: BLASScalar>(
        of type: Scalar.Type, in file: Span<UInt8>, allowsNonFinite: Bool
    ) throws(PerceptronError) -> [Scalar] {
        try checkMemory(type, count: network.stateCount)
        var state: [Scalar] = []
        for (part, tensor) in zip(network.stateLayout, stateTensors) {
            guard let values: [Scalar] = part.values(tensor, of: file) else {
                preconditionFailure("a type that is no number of a model")
            }
            if !allowsNonFinite, let place = Kernels.firstNonFinite(values.span) {
                throw notFinite(values[place], tensor, at: place)
            }
            state += values
        }
        return state
    }

    /// All parameters, laid out as a flat vector.
    /// - Throws: `PerceptronError.invalidFile` if one is not finite, unless that is allowed, or they are larger than the
    ///   machine's memory.
    func parameters<Scalar: BLASScalar>(
        of type: Scalar.Type, in file: Span<UInt8>, allowsNonFinite: Bool
    ) throws(PerceptronError) -> [Scalar] {
        try checkMemory(type, count: network.parameterCount)
        let parameters = [Scalar](count: network.parameterCount) { memory in
            read(network.layout.indices, of: file, into: memory)
        }
        if !allowsNonFinite { try checkFinite(network.layout.indices, parameters.span) }
        return parameters
    }

    /// Throws if that many parameters are larger than the machine's memory.
    func checkMemory<Scalar: BLASScalar>(_: Scalar.Type, count: Int) throws(PerceptronError) {
        do throws(PerceptronError) {
            try Perceptron.checkMemory(parameters: count, bytesEach: MemoryLayout<Scalar>.stride)
        } catch {
            throw .invalidFile("\(path): \(error)")
        }
    }

    /// Reads a range of the tensors and converts them, into memory for these alone.
    func read<Scalar: BLASScalar>(_ indices: Range<Int>, of file: Span<UInt8>, into memory: Memory<Scalar>) {
        for index in indices {
            network.layout[index].read(
                tensors[index], of: file, into: memory, from: network.layout[indices.lowerBound].range.lowerBound)
        }
    }

    /// Throws unless all elements of a range of the tensors are finite; the elements are laid out as in the flat
    /// vector.
    func checkFinite<Scalar: BLASScalar>(_ indices: Range<Int>, _ elements: Span<Scalar>) throws(PerceptronError) {
        guard let place = Kernels.firstNonFinite(elements) else { return }
        let start = network.layout[indices.lowerBound].range.lowerBound
        for index in indices where network.layout[index].range.contains(start + place) {
            let parameter = network.layout[index]
            let offset = start + place - parameter.range.lowerBound
            let (row, column) = offset.quotientAndRemainder(dividingBy: parameter.columns)
            throw notFinite(
                elements[place], tensors[index],
                at: parameter.isTransposedInFiles ? column * parameter.rows + row : offset)
        }
    }

    /// The error for a non-finite element, at position `place` in file order.
    func notFinite<Scalar: BLASScalar>(
        _ element: Scalar, _ tensor: SafetensorsTensor, at place: Int
    ) -> PerceptronError {
        let index = tensor.shape.count == 2 ? [place / tensor.shape[1], place % tensor.shape[1]] : [place]
        return .invalidFile(
            "\(path): tensor \"\(tensor.name)\" has \(element) at \(index) (counted from 0); "
                + "all values must be finite, unless allowsNonFinite is true")
    }
}
