/// Published defaults for models of tables: preprocessing, layers, optimizer, schedule and early stopping.
public enum TabularRecipe: String, CaseIterable, Equatable, Hashable, Sendable, Codable {
    /// RealMLP-TD (Holzmüller, Grinsztajn and Steinwart 2024, "Better by default: Strong pre-tuned MLPs and boosted trees on
    /// tabular data").
    case realMLP
    /// RealMLP-TD-S of the same paper: without numeric embeddings, dropout and weight decay; faster to train.
    case realMLPSimple
    /// TabM (Gorishniy, Kotelnikov and Babenko 2025, "TabM: Advancing tabular deep learning with parameter-efficient
    /// ensembling"): 32 members in one network, which share most of their weights. Accurate, but slow to train.
    case tabM
    /// Two hidden layers of 256 units with ReLU, trained by AdamW with a cosine schedule: what most people start with.
    case plain

    /// The network and training for a table.
    func plan(for table: TableShape, _ settings: TabularSettings) -> RecipePlan {
        switch self {
        case .realMLP: RecipePlan.realMLP(table, settings)
        case .realMLPSimple: RecipePlan.realMLPSimple(table, settings)
        case .tabM: RecipePlan.tabM(table, settings)
        case .plain: RecipePlan.plain(table, settings)
        }
    }

    /// How it scales numbers.
    /// - Parameter rows: the number of training rows.
    func numeric(rows: Int) -> Preprocessing.Numeric {
        switch self {
        case .realMLP, .realMLPSimple, .plain: .robust(smoothClip: true)
        case .tabM: .quantile(count: max(10, min(rows / 30, 1000)), output: .normal)
        }
    }
}
