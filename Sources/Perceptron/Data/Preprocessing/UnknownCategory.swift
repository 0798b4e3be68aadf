/// How an encoder treats a value that is none of its fitted categories.
public enum UnknownCategory: String, Equatable, Hashable, Sendable, Codable {
    /// It throws, naming the value and where it is.
    case error
    /// The value is of no category: zeros in all of a one-hot column's columns, or the code after the last.
    case ignore
    /// The value is of a further category, behind the others: one more column, or code.
    ///
    /// Where such values don't occur in training, a model can learn nothing about them.
    case ownCategory
}
