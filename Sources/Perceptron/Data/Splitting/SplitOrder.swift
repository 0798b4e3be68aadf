/// How rows are divided into the parts of a data set.
public enum SplitOrder: Equatable, Hashable, Sendable {
    /// Drawn by the seed.
    case shuffled
    /// In the order of the rows, as time goes: each part is predicted from the rows before it, and from nothing after
    /// it.
    case forward
}
