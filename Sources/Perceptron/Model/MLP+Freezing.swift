extension MLP {
    /// Whether the parameters of a layer stay as they are in training.
    public func isFrozen(layer: Int) -> Bool { frozenLayers.contains(layer) }

    /// Freezes layers: training computes no gradient of their parameters (it is 0 in `Trainer.gradients`), the optimizer
    /// leaves them alone, and the way back ends before the first layer that learns.
    ///
    /// It is for the parameters alone (`requires_grad_(False)` in PyTorch): running statistics move on, and dropout drops.
    /// - Parameter layers: their indices in `layers`; one that is made of layers is frozen with all of these.
    /// - Throws: `PerceptronError.invalidArgument` if there is no such layer.
    public mutating func freeze(layers: some Sequence<Int>) throws(PerceptronError) {
        frozenLayers.formUnion(try checked(layers))
    }

    /// Lets layers learn again.
    /// - Throws: `PerceptronError.invalidArgument` if there is no such layer.
    public mutating func unfreeze(layers: some Sequence<Int>) throws(PerceptronError) {
        frozenLayers.subtract(try checked(layers))
    }

    private func checked(_ indices: some Sequence<Int>) throws(PerceptronError) -> [Int] {
        let indices = Array(indices)
        if let index = indices.first(where: { !layers.indices.contains($0) }) {
            throw .invalidArgument("there is no layer \(index); the model has layers 0 to \(layers.count - 1)")
        }
        return indices
    }
}
