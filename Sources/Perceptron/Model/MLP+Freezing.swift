extension MLP {
    /// Whether the parameters of a layer are frozen in training.
    public func isFrozen(layer: Int) -> Bool { frozenLayers.contains(layer) }

    /// Freezes layers: training computes no gradient of their parameters (it is 0 in `Trainer.gradients`), the
    /// optimizer leaves them unchanged, and the backward pass ends at the first trainable layer.
    ///
    /// Only parameters are frozen (`requires_grad_(False)` in PyTorch): running statistics are still updated, and
    /// dropout still drops.
    /// - Parameter layers: their indices in `layers`; a layer made of layers is frozen as a whole.
    /// - Throws: `PerceptronError.invalidArgument` if there is no such layer.
    public mutating func freeze(layers: some Sequence<Int>) throws(PerceptronError) {
        frozenLayers.formUnion(try checked(layers))
    }

    /// Unfreezes layers.
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
