/// How the members of an ensemble come to differ.
public enum Ensembling: String, CaseIterable, Equatable, Hashable, Sendable, Codable {
    /// By what is random in training: initial weights, the order of rows, dropout. Each is trained on all rows.
    case seeds
    /// Also by their rows: each gets as many, drawn from all with replacement (Breiman 1996, "Bagging predictors").
    case bagging
}
