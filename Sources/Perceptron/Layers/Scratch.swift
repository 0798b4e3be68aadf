/// Memory that a layer wants to have in training, from the way forward to the way back.
public struct Scratch: Equatable, Sendable {
    /// Scalars for each row of a batch.
    public let perRow: Int
    /// Scalars for a whole batch.
    public let perBatch: Int

    public init(perRow: Int = 0, perBatch: Int = 0) {
        self.perRow = perRow
        self.perBatch = perBatch
    }
}
