/// Which rows come into which part of a data set.
public enum SplitOrder: Equatable, Hashable, Sendable {
    /// Drawn by the seed.
    case shuffled
    /// As they follow each other, which is as time goes: each part is trained on what lies before its rows, and on
    /// nothing that lies after them.
    case forward
}
