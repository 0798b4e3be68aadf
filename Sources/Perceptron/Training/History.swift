/// What happened in training, epoch by epoch.
public struct History: Equatable, Sendable {
    /// The mean loss over the rows of each epoch, each taken before the update that its batch led to.
    public internal(set) var losses: [Double] = []
}
