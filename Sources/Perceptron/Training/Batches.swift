/// How the rows of a data set become the batches of an epoch.
struct Batches {
    let rows: Int
    let batchSize: Int
    let sampling: Sampling
    /// Steps per epoch.
    let steps: Int

    init(rows: Int, batchSize: Int, sampling: Sampling) {
        self.rows = rows
        self.batchSize = sampling == .withReplacement ? batchSize : min(batchSize, rows)
        self.sampling = sampling
        steps =
            switch sampling {
            case .withReplacement: 1
            case .wholeBatches: rows / self.batchSize
            case .shuffled, .inOrder: (rows + self.batchSize - 1) / self.batchSize
            }
    }

    /// Writes the order of the rows in the epoch that begins.
    func begin(_ order: inout [Int], using generator: inout RandomGenerator) {
        switch sampling {
        case .shuffled, .wholeBatches:
            // Starts from the identity, so that an epoch's order depends only on the generator.
            order.removeAll(keepingCapacity: true)
            order.append(contentsOf: 0..<rows)
            generator.shuffle(&order)
        case .inOrder:
            order.removeAll()
            // So that further training draws other numbers, for dropout, from here on.
            _ = generator.next()
        case .withReplacement:
            order = (0..<batchSize).map { _ in generator.nextInteger(below: rows) }
        }
    }

    /// The positions of a step's batch in the order.
    func range(step: Int) -> Range<Int> {
        let start = step * batchSize
        return start..<(sampling == .withReplacement ? batchSize : min(start + batchSize, rows))
    }
}
