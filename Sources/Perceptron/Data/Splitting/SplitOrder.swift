/// How rows are divided into the parts of a data set.
public enum SplitOrder: Equatable, Hashable, Sendable {
    /// At random, determined by the seed.
    case shuffled
    /// In the order of the rows, as a time series: each part is predicted only from the rows before it.
    case forward
}
