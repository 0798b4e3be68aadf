/// What a model's outputs mean to a loss of classes.
public enum ClassOutputs: Sendable {
    /// The result of the last layer, which must be `Softmax` or `LogSoftmax`, for losses of two classes `Sigmoid`. It
    /// is computed together with the loss, without overflow or clipping.
    case automatic
    /// Logits, of which the loss takes the softmax or sigmoid itself.
    case logits
    /// Probabilities, whatever layer gives them; clipped to [10⁻¹², 1], and outside the gradient is 0.
    case probabilities
    /// Logarithms of probabilities, whatever layer gives them.
    case logProbabilities
}
