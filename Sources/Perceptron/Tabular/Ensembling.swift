/// How the members of an ensemble come to differ.
public enum Ensembling: String, CaseIterable, Equatable, Hashable, Sendable, Codable {
    /// By what is drawn in training: how they start, the order of rows, dropout. Each is trained on all rows.
    case seeds
    /// By their rows besides: each has as many, drawn from all with replacement (Breiman 1996, "Bagging predictors").
    case bagging
}
