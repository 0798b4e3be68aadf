/// What makes the members of an ensemble differ.
public enum Ensembling: String, CaseIterable, Equatable, Hashable, Sendable, Codable {
    /// The randomness of training: initial weights, the order of rows, dropout. Each member is trained on all rows.
    case seeds
    /// The rows as well: each member is trained on as many rows as there are, drawn with replacement (Breiman 1996,
    /// "Bagging predictors").
    case bagging
}
