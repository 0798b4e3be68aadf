/// What a model's outputs are, for a loss of classes.
public enum ClassOutputs: Sendable {
    /// The outputs of a last layer `Softmax` or `LogSoftmax`, or `Sigmoid` for binary losses, which is computed
    /// together with the loss, without overflow or clipping.
    case automatic
    /// Logits; the loss computes the softmax or sigmoid itself.
    case logits
    /// Probabilities, from any layer; clipped to [10⁻¹², 1], with gradient 0 outside.
    case probabilities
    /// Logarithms of probabilities, from any layer.
    case logProbabilities
}
