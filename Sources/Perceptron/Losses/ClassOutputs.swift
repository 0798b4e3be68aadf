/// What a model's outputs mean to a loss of classes.
public enum ClassOutputs: Sendable {
    /// The result of the last layer, which must be `Softmax` or `LogSoftmax`, for losses of two classes `Sigmoid`. It
    /// is computed together with the loss, without overflow or clipping.
    case automatic
    /// Logits, of which the loss takes the softmax or sigmoid itself.
    case logits
    /// Probabilities, from any layer; clipped to [10⁻¹², 1], with gradient 0 outside.
    case probabilities
    /// Logarithms of probabilities, from any layer.
    case logProbabilities
}
