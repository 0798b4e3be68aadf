extension RecipePlan {
    static func plain(_ table: TableShape) -> RecipePlan {
        let front = table.front(numbers: { ([], $0) }, flag: [], embedding: 8)
        let layers: [any Layer] =
            front.layers + [
                Linear(front.columns, 256), ReLU(), Linear(256, 256), ReLU(), Linear(256, table.outputs),
            ] + head(table)
        return RecipePlan(
            layers: layers, optimizer: AdamW(learningRate: .cosine(from: 0.001, warmUp: 10), weightDecay: 0.01),
            epochs: 100, batchSize: 128, patience: 20)
    }
}
