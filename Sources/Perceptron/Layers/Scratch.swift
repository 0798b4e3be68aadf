/// Memory that a layer requests for its passes.
public struct Scratch: Equatable, Sendable {
    /// Scalars for each row of a batch, in training, kept from the forward to the backward pass.
    public let perRow: Int
    /// Scalars for a whole batch, in training, kept from the forward to the backward pass.
    public let perBatch: Int
    /// Scalars for one pass, in training and in prediction; undefined at its beginning, lost at its end.
    public let perPass: Int

    /// Creates a request for memory; none by default.
    public init(perRow: Int = 0, perBatch: Int = 0, perPass: Int = 0) {
        self.perRow = perRow
        self.perBatch = perBatch
        self.perPass = perPass
    }

    /// How many rows to work on at once, so that what lies between two steps of a pass stays in a processor's cache.
    static func rowsAtOnce(scalarsPerRow: Int) -> Int { max(1, (1 << 15) / scalarsPerRow) }
}
