/// The output of an exported model.
public enum ONNXOutput: Equatable, Hashable, Sendable {
    /// What `predict` gives: probabilities of classes, or what is predicted otherwise.
    case probabilities
    /// The same without the Softmax, LogSoftmax or Sigmoid that ends the model; a model that none ends is exported whole.
    case logits
}
