/// The output of an exported model.
public enum ONNXOutput: Equatable, Hashable, Sendable {
    /// The outputs of `predict`: probabilities of classes, or predicted values.
    case probabilities
    /// The same without a final Softmax, LogSoftmax or Sigmoid; a model without one is exported whole.
    case logits
}
