/// How rows get into batches.
public enum Sampling: String, Sendable {
    /// Every row once per epoch, in an order that is drawn anew for each.
    case shuffled
    /// The same, but the rows that don't fill a last batch have no part in that epoch (`drop_last` of PyTorch's `DataLoader`).
    case wholeBatches
    /// Every row once per epoch, in the order of the data.
    case inOrder
    /// One batch per epoch, each of its rows drawn from all, as introductory notebooks do.
    case withReplacement
}
