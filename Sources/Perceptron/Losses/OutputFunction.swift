/// The function that turns a model's outputs into predictions, if the loss takes logits or logarithms.
public enum OutputFunction: String, Codable, Sendable {
    /// The outputs are predictions.
    case identity
    /// Each output becomes an independent probability.
    case sigmoid
    /// Each output is the logarithm of the prediction.
    case exponential
    /// A row of outputs, logits or log-probabilities, becomes the probabilities of the classes.
    case softmax

    /// The layer that does it; nil where nothing is to be done.
    var layer: (any InPlaceLayer)? {
        switch self {
        case .identity: nil
        case .sigmoid: Sigmoid()
        case .exponential: Exponential()
        case .softmax: Softmax()
        }
    }

    /// Makes predictions of outputs, rows × output features.
    func apply<Scalar>(to outputs: inout Matrix<Scalar>) {
        guard let layer else { return }
        var values = MutableMatrixView(
            rows: outputs.rows, columns: outputs.columns, elements: outputs.elements.mutableSpan)
        layer.activate(&values)
    }
}
