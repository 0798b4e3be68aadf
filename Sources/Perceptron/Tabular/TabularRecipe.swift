/// Published defaults for models of tables: preprocessing, layers, optimizer, schedule and stopping together.
public enum TabularRecipe: String, CaseIterable, Equatable, Hashable, Sendable, Codable {
    /// RealMLP-TD (Holzmüller, Grinsztajn and Steinwart 2024, "Better by default: Strong pre-tuned MLPs and boosted trees on
    /// tabular data").
    case realMLP
    /// RealMLP-TD-S of the same paper: without embeddings of numbers, dropout and weight decay, faster to train.
    case realMLPSimple
    /// Two hidden layers of 256 with ReLU, trained by AdamW along a cosine: what most people begin with.
    case plain

    /// What the recipe makes of a table.
    func plan(for table: TableShape) -> RecipePlan {
        switch self {
        case .realMLP: RecipePlan.realMLP(table)
        case .realMLPSimple: RecipePlan.realMLPSimple(table)
        case .plain: RecipePlan.plain(table)
        }
    }
}
