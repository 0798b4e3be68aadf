/// The place of a tensor of parameters in a model's flat vector.
public struct ParameterTensor: Equatable, Hashable, Sendable {
    /// The index of its layer in the model's list.
    public let layer: Int
    /// "weight", "bias"; within a layer that is made of layers "0.weight".
    public let name: String
    /// Rows of the tensor.
    public let rows: Int
    /// Columns of the tensor.
    public let columns: Int
    /// Its elements in the flat vector, row after row.
    public let range: Range<Int>
    /// Whether files store it transposed, as columns × rows.
    public let isTransposedInFiles: Bool
    /// Whether weight decay applies to it.
    public let decays: Bool
}
