extension MLP {
    /// The same model with one more layer without parameters: a model trained on logits predicts probabilities when it
    /// is followed by `Softmax()` or `Sigmoid()`.
    ///
    /// - Throws: `PerceptronError.invalidArchitecture` if the layer doesn't fit, or has parameters or state.
    public func followed(by layer: any Layer) throws(PerceptronError) -> MLP {
        let longer = try Network(layers + [layer])
        guard longer.parameterCount == network.parameterCount, longer.stateCount == network.stateCount else {
            throw .invalidArchitecture(
                "layer \(layers.count) (\(type(of: layer))): has parameters or state, for which the model has no values"
            )
        }
        return MLP(network: longer, generator: generator, values: values, frozenLayers: frozenLayers)
    }

    /// The model that gives predictions where this one gives what a function makes them of.
    package func followed(by function: OutputFunction) throws(PerceptronError) -> MLP {
        try function.layer.map { (layer) throws(PerceptronError) in try followed(by: layer) } ?? self
    }
}
