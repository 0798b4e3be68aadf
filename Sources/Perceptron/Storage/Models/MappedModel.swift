/// A model that predicts from a mapped file: layers that can do so use their parameters in place, the parameters of
/// other layers are read.
struct MappedModel<Scalar: BLASScalar>: Sendable {
    let network: Network
    /// One for each stage.
    let parameters: [Memory<Scalar>]
    let state: [Scalar]
    /// The owners of the memory of the parameters.
    let owners: [any AnyObject & Sendable]
    private let stored: StoredModel
    private let file: MappedFile
    /// The tensors that were not read.
    private let mappedTensors: [SafetensorsTensor]

    /// - Throws: `PerceptronError.invalidFile` if a parameter that is read is not finite, unless that is allowed, or if
    ///   the parameters that are read are larger than the machine's memory.
    init(_ stored: StoredModel, _ file: MappedFile, allowsNonFinite: Bool) throws(PerceptronError) {
        var layers: [any Layer] = []
        var parameters: [Memory<Scalar>] = []
        var owners: [any AnyObject & Sendable] = []
        var mappedTensors: [SafetensorsTensor] = []
        var readCount = 0
        var first = 0
        let layout = stored.network.layout
        for stage in stored.network.stages {
            let end = layout[first...].firstIndex { $0.range.lowerBound >= stage.parameters.upperBound } ?? layout.count
            let tensors = first..<end
            first = end
            if let layer = (stage.layer as? any MappableLayer)?.asInFiles,
                let mapped = MappedModel.mapped(layer, stage, Array(stored.tensors[tensors]), file)
            {
                layers.append(layer)
                parameters.append(mapped.memory)
                owners.append(mapped)
                mappedTensors += stored.tensors[tensors]
            } else {
                readCount += stage.parameters.count
                try stored.checkMemory(Scalar.self, count: readCount)
                let buffer = Buffer<Scalar>(count: stage.parameters.count)
                if !tensors.isEmpty {
                    stored.read(tensors, of: file.bytes, into: buffer.memory)
                    if !allowsNonFinite { try stored.checkFinite(tensors, buffer.memory.span(0..<buffer.count)) }
                }
                layers.append(stage.layer)
                parameters.append(buffer.memory)
                owners.append(buffer)
            }
        }
        network = Network(stored.network, layers: layers)
        self.parameters = parameters
        state = try stored.state(of: Scalar.self, in: file.bytes, allowsNonFinite: allowsNonFinite)
        self.owners = owners
        self.stored = stored
        self.file = file
        self.mappedTensors = mappedTensors
    }

    /// The parameters of a layer in the file; nil if they aren't stored as the layer needs them: of its type,
    /// contiguous, aligned.
    private static func mapped(
        _ layer: any Layer, _ stage: Network.Stage, _ tensors: [SafetensorsTensor], _ file: MappedFile
    ) -> MappedScalars<Scalar>? {
        let tensors = tensors.sorted { $0.bytes.lowerBound < $1.bytes.lowerBound }
        let wanted = layer.parameters(forInputFeatures: stage.inputFeatures).map { "\(stage.name).\($0.name)" }
        guard let first = tensors.first, let last = tensors.last, tensors.map(\.name) == wanted,
            tensors.allSatisfy({ $0.type == .of(Scalar.self) }),
            zip(tensors, tensors.dropFirst()).allSatisfy({ $0.bytes.upperBound == $1.bytes.lowerBound })
        else { return nil }
        return MappedScalars(file, first.bytes.lowerBound..<last.bytes.upperBound)
    }

    /// Throws unless all parameters that were not read are finite.
    func checkFinite() throws(PerceptronError) {
        for tensor in mappedTensors {
            guard let elements = file.scalars(Scalar.self, from: tensor.bytes.lowerBound, count: tensor.count),
                let place = Kernels.firstNonFinite(elements)
            else { continue }
            throw stored.notFinite(elements[place], tensor, at: place)
        }
    }
}
