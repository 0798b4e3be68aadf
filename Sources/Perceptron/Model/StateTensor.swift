/// The place of a layer's untrained numbers in a model's `state`.
public struct StateTensor: Equatable, Hashable, Sendable {
    /// The index of its layer in the model's list.
    public let layer: Int
    /// "running_mean"; within a layer that is made of layers "0.running_mean".
    public let name: String
    /// Its numbers in `state`.
    public let range: Range<Int>
    /// Whether it is a counter.
    public let isCounter: Bool
}
