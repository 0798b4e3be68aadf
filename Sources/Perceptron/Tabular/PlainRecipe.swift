extension RecipePlan {
    static func plain(_ table: TableShape, _ settings: TabularSettings) -> RecipePlan {
        let front = table.front(numbers: { ([], $0) }, flags: { _ in [] }, embedding: 8)
        var layers = front.layers
        var features = front.columns
        if let hidden = settings.layers {
            layers += hidden.layers(inputFeatures: features)
            features = hidden.outputFeatures ?? features
        } else {
            let width = settings.width ?? 256
            for _ in 0..<(settings.hiddenLayers ?? 2) {
                layers += [Linear(features, width), ReLU()]
                if let dropout = settings.dropout { layers.append(Dropout(dropout)) }
                features = width
            }
        }
        layers += [Linear(features, table.outputs)] + head(table)
        return RecipePlan(
            layers: layers,
            optimizer: AdamW(
                learningRate: .cosine(from: settings.learningRate ?? 0.001, warmUp: 10),
                weightDecay: settings.weightDecay ?? 0.01),
            epochs: 100, batchSize: 128, patience: 20)
    }
}
