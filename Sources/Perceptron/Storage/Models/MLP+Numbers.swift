extension MLP {
    /// A model whose parameters and state come from elsewhere.
    /// - Parameter numbers: gives those of a tensor: its name in files, and how many there must be. It is called for every
    ///   tensor but counters, before any memory is taken that the layers ask for.
    /// - Throws: `PerceptronError.invalidArchitecture` as `init(_:seed:)` does, and what `numbers` throws.
    package init(
        _ layers: [any Layer],
        numbers: (_ name: String, _ count: Int) throws(PerceptronError) -> [Scalar]
    ) throws(PerceptronError) {
        let network = try Network(layers)
        var values = ModelValues<Scalar>(parameters: [], state: [])
        for tensor in network.layout { values.parameters += try numbers(tensor.nameInFiles, tensor.range.count) }
        for part in network.stateLayout {
            values.state += part.isCounter ? [0] : try numbers(part.nameInFiles, part.range.count)
        }
        self.init(network: network, generator: RandomGenerator(seed: 0), values: values, frozenLayers: [])
    }
}
