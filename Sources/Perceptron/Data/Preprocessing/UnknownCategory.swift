/// How an encoder treats a value that is not one of its fitted categories.
public enum UnknownCategory: String, Equatable, Hashable, Sendable, Codable {
    /// An error names the value and its place.
    case error
    /// The value belongs to no category: all of its one-hot columns are 0, or it gets the code after the last.
    case ignore
    /// The value belongs to an extra category: one more column or code, after the others.
    ///
    /// If such values don't occur in training, a model can't learn anything about them.
    case ownCategory
}
