extension MLP {
    /// A model whose parameters and state come from elsewhere.
    /// - Parameter numbers: returns the numbers of a tensor, given its name in files and their count. It is called for
    ///   every tensor except counters, before any of the memory that the layers require is allocated.
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
