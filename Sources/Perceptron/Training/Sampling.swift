/// How batches are drawn from the rows.
public enum Sampling: String, Sendable {
    /// Every row once per epoch, in a new random order for each epoch.
    case shuffled
    /// Like `shuffled`, but rows that don't fill a last batch are left out of that epoch (`drop_last` of PyTorch's
    /// `DataLoader`).
    case wholeBatches
    /// Every row once per epoch, in the order of the data.
    case inOrder
    /// One batch per epoch, drawn from all rows with replacement, as introductory notebooks do.
    case withReplacement
}
