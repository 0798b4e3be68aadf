// TabM (Gorishniy, Kotelnikov and Babenko 2025, "TabM: Advancing tabular deep learning with parameter-efficient ensembling"),
// with the defaults of the authors' package and these differences: a missing number becomes the median of its column,
// and another column flags it; numbers are mapped to quantiles of a normal distribution without added noise; columns
// with more than eight categories are embedded; the first factors have a sign per column, not per category; batches are
// as large as in the paper's experiments.
extension RecipePlan {
    private static let members = 32

    static func tabM(_ table: TableShape, _ settings: TabularSettings) -> RecipePlan {
        let width = settings.width ?? 512
        let front = table.front(numbers: { ([], $0) }, flags: { _ in [] }, embedding: 8)
        var layers = front.layers
        var features = front.columns
        for _ in 0..<(settings.hiddenLayers ?? 3) {
            layers += [EnsembleLinear(features, width, members: members), ReLU(), Dropout(settings.dropout ?? 0.1)]
            features = width
        }
        // After the shared layers, each member has an output layer of its own.
        let bound = 1 / Double(width).squareRoot()
        let parts = (0..<members).map { member in
            Columns.Part(
                columns: member * width..<(member + 1) * width,
                layers: [
                    Linear(
                        width, table.outputs, weightInitializer: .uniform(-bound, bound),
                        biasInitializer: .uniform(-bound, bound))
                ])
        }
        layers += [Columns(parts), MemberMean(members: members, softmax: table.hasClasses)]
        // The authors have no limit on epochs, and stop after more than 16 without improvement.
        return RecipePlan(
            layers: layers,
            optimizer: AdamW(
                learningRate: .constant(settings.learningRate ?? 0.002), weightDecay: settings.weightDecay ?? 0.0003),
            epochs: 500, batchSize: batchSize(rows: table.rows), patience: 17, prefersLast: false)
    }

    /// pytabkit's values, inferred from the paper's experiments.
    private static func batchSize(rows: Int) -> Int {
        switch rows {
        case ..<2800: 32
        case ..<4500: 64
        case ..<6400: 128
        case ..<32_000: 256
        case ..<108_000: 512
        default: 1024
        }
    }
}
