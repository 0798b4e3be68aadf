#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension MLP {
    /// Writes the model to a safetensors file: its layers, and its parameters as in a PyTorch `nn.Sequential`.
    ///
    /// `safetensors.torch.load_file` returns the `state_dict`: "0.weight" is out × in, "0.bias" a vector of out, and so
    /// on for the other layers, counted from 0. The layers are JSON in the file's metadata; layers of your own must be
    /// registered with ``LayerRegistry``. Numbers have the model's own type.
    ///
    /// The file is written atomically.
    /// - Throws: `PerceptronError.fileAccess` if it can't be written, `.invalidArgument` if a layer is not registered.
    ///   An old file at `url` is then unchanged.
    public func save(to url: URL) throws(PerceptronError) {
        try writer(ModelDescription(layers: layers, frozenLayers: frozenLayers)).write(to: url)
    }

    /// The file to be written.
    func writer(_ description: ModelDescription) throws(PerceptronError) -> SafetensorsWriter {
        var writer = SafetensorsWriter(metadata: try description.metadata())
        try addTensors(to: &writer)
        return writer
    }

    /// Adds all parameters and the state to a file.
    /// - Parameter prefix: what the names begin with.
    func addTensors(to writer: inout SafetensorsWriter, prefix: String = "") throws(PerceptronError) {
        let parameters = parameters
        for tensor in parameterLayout {
            try writer.add(
                prefix + tensor.nameInFiles, shape: tensor.shapeInFiles, count: tensor.range.count,
                type: .of(Scalar.self)
            ) { (file) throws(PerceptronError) in
                try tensor.write(parameters, to: &file)
            }
        }
        for tensor in stateLayout { try tensor.add(state, to: &writer, prefix: prefix) }
    }

    /// Reads a model from a safetensors file.
    ///
    /// The file is one that `save` has written, or PyTorch's `state_dict` of an `nn.Sequential`, for which you give the
    /// layers. Numbers may be F64, F32, F16 or BF16; only F64 read as `Float` is rounded. From a pipeline's file, only
    /// the model is read.
    ///
    /// The file is not trusted: it must have a tensor of the right shape for each parameter of the layers, and nothing
    /// else.
    /// - Parameters:
    ///   - url: the file.
    ///   - layers: the model's layers; nil for those in the file.
    ///   - prefix: with `layers`, the prefix of the tensors' names, such as `net` in "net.0.weight"; if nil, the prefix
    ///     that all of them share.
    ///   - ignoring: with `layers`, tensors to ignore, by their names or those of their modules.
    ///   - seed: decides everything that is random in the model's further training.
    ///   - allowsNonFinite: whether parameters may be NaN or infinite.
    /// - Throws: `PerceptronError.fileAccess` if the file can't be read; `.invalidFile` if its content is not valid: a
    ///   tensor that doesn't fit is named, with the shape that is there and the one that the layers expect;
    ///   `.invalidArchitecture` if `layers` don't fit together.
    public init(
        contentsOf url: URL, layers: [any Layer]? = nil, prefix: String? = nil, ignoring: [String] = [],
        seed: UInt64 = 0, allowsNonFinite: Bool = false
    ) throws(PerceptronError) {
        let file = try MappedFile(url)
        try self.init(
            file.bytes, path: file.path, layers: layers, names: ForeignNames(prefix: prefix, ignored: ignoring),
            seed: seed, allowsNonFinite: allowsNonFinite)
    }

    /// The same for the bytes of a file.
    package init(
        _ file: Span<UInt8>, path: String, layers: [any Layer]? = nil, seed: UInt64 = 0, allowsNonFinite: Bool = false
    ) throws(PerceptronError) {
        try self.init(
            file, path: path, layers: layers, names: ForeignNames(), seed: seed, allowsNonFinite: allowsNonFinite)
    }

    init(
        _ file: Span<UInt8>, path: String, layers: [any Layer]?, names: ForeignNames, seed: UInt64,
        allowsNonFinite: Bool
    ) throws(PerceptronError) {
        let stored = try StoredModel(
            SafetensorsHeader(file, path: path), path: path, layers: layers, names: names)
        try self.init(stored, file, seed: seed, allowsNonFinite: allowsNonFinite)
    }

    init(
        _ stored: StoredModel, _ file: Span<UInt8>, seed: UInt64, allowsNonFinite: Bool
    ) throws(PerceptronError) {
        self.init(
            network: stored.network, generator: RandomGenerator(seed: seed),
            values: ModelValues(
                parameters: try stored.parameters(of: Scalar.self, in: file, allowsNonFinite: allowsNonFinite),
                state: try stored.state(of: Scalar.self, in: file, allowsNonFinite: allowsNonFinite)),
            frozenLayers: stored.description?.frozenLayers ?? [])
    }
}
