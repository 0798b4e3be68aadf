/// What a model's outputs are to a loss of classes.
public enum ClassOutputs: Sendable {
    /// What the last layer makes of them: that must be `Softmax` or `LogSoftmax`, for losses of two classes `Sigmoid`.
    /// It is computed together with the loss, which neither overflows nor clips anything.
    case automatic
    /// Numbers of any size, of which the loss takes the softmax or sigmoid itself.
    case logits
    /// Probabilities, whatever layer gives them; clipped to [10⁻¹², 1], and outside the gradient is 0.
    case probabilities
    /// Logarithms of probabilities, whatever layer gives them.
    case logProbabilities
}
