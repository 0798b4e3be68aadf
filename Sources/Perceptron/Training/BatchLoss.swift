/// The loss of a batch, evaluated tile by tile.
final class BatchLoss<Scalar: BLASScalar>: @unchecked Sendable {
    let loss: any Loss
    private let columns: Int
    /// A sum for each tile, to be added in their order.
    private var sums = Buffer<Double>(count: 1)

    init(_ loss: any Loss, columns: Int) {
        self.loss = loss
        self.columns = columns
    }

    /// Makes room for the sums of so many tiles.
    func reserve(tiles: Int) {
        if sums.count < tiles { sums = Buffer(count: tiles) }
    }

    /// Evaluates the loss of some rows, the `tile`th stretch of the batch, and writes its gradient.
    func evaluate(
        _ batch: LoadedBatch<Scalar>, rows: Range<Int>, tile: Int, outputs: MatrixView<Scalar>,
        gradient: inout MutableMatrixView<Scalar>
    ) {
        var sum = sums.memory.mutableSpan(tile..<tile + 1)
        sum[0] = batch.evaluate(loss, rows: rows, outputs: outputs, scale: scale(batch), gradient: &gradient)
    }

    /// The mean loss, once all tiles have been evaluated.
    func mean(_ batch: LoadedBatch<Scalar>, tiles: Int) -> Double {
        let sums = sums.memory.span(0..<tiles)
        var sum = 0.0
        for tile in 0..<tiles { sum += sums[tile] }
        return sum * scale(batch)
    }

    /// What makes a mean of the sum of a batch's losses.
    private func scale(_ loaded: LoadedBatch<Scalar>) -> Double {
        guard let batch = loaded.batch, batch.weights == nil else {
            return loss.scale(weight: loaded.weight, columns: columns)
        }
        return loss.scale(rows: batch.count, columns: columns)
    }
}
