/// The loss of a batch, evaluated tile by tile.
final class BatchLoss<Scalar: BLASScalar>: @unchecked Sendable {
    let loss: any Loss
    /// The loss that was requested; `loss` is the same, or combines it with the last layer.
    let asked: any Loss
    let targets: ExpectedTargets
    /// The columns of the loss's input and of the model's outputs, which differ if the combined layer changes them.
    private let columns: Int
    private let outputs: Int
    /// One sum per tile; they are added in order.
    private var sums = Buffer<Double>(count: 1)

    init(_ loss: any Loss, asked: any Loss, columns: Int, outputs: Int) {
        self.loss = loss
        self.asked = asked
        self.columns = columns
        self.outputs = outputs
        targets = loss.expectedTargets(outputFeatures: columns)
    }

    /// Reserves memory for the sums of the tiles.
    func reserve(tiles: Int) {
        if sums.count < tiles { sums = Buffer(count: tiles) }
    }

    /// Evaluates the loss of the rows of a tile, and writes its gradient.
    func evaluate(
        _ batch: LoadedBatch<Scalar>, rows: Range<Int>, tile: Int, outputs: MatrixView<Scalar>,
        gradient: inout MutableMatrixView<Scalar>
    ) {
        var sum = sums.memory.mutableSpan(tile..<tile + 1)
        sum[0] = batch.evaluate(loss, rows: rows, outputs: outputs, scale: scale(batch), gradient: &gradient)
    }

    /// The mean loss, once all tiles have been evaluated.
    func mean(_ batch: LoadedBatch<Scalar>, tiles: Int) -> Double { sum(tiles: tiles) * scale(batch) }

    /// The sum of the losses.
    func sum(tiles: Int) -> Double {
        let sums = sums.memory.span(0..<tiles)
        var sum = 0.0
        for tile in 0..<tiles { sum += sums[tile] }
        return sum
    }

    /// The factor that turns the sum of a batch's losses into a mean.
    private func scale(_ loaded: LoadedBatch<Scalar>) -> Double {
        guard let batch = loaded.batch, batch.weights == nil else {
            return scale(rows: loaded.whole?.rows ?? 0, weight: loaded.whole?.weight ?? loaded.weight)
        }
        return scale(rows: loaded.whole?.rows ?? batch.count, weight: nil)
    }

    /// What makes a mean of a sum over rows.
    /// - Parameter weight: how many they count for, if they have weights.
    func scale(rows: Int, weight: Double?) -> Double {
        weight.map { loss.scale(weight: $0, columns: columns) } ?? loss.scale(rows: rows, columns: columns)
    }

    // MARK: Targets

    var name: String { "\(type(of: asked))" }

    /// Throws unless the targets have the columns that the loss takes; nil means classes.
    func check(targetColumns: Int?, name: String) throws(PerceptronError) {
        guard let targetColumns else {
            guard targets.takesClasses else {
                throw .invalidArgument("\(name) are classes; \(self.name) takes a matrix of values")
            }
            return
        }
        guard targetColumns != targets.columns else { return }
        if targets.columns == outputs {
            throw .shapeMismatch("\(name) have \(counted(targetColumns, "column")); the model gives \(outputs)")
        }
        throw .shapeMismatch(
            "\(name) have \(counted(targetColumns, "column")); \(self.name) takes \(targets.columns) for the \(counted(outputs, "output")) "
                + "of the model")
    }

    /// Whether the loss rejects some targets.
    var limitsTargets: Bool { targets.values != -.infinity ... .infinity }

    func accepts(_ target: Scalar) -> Bool { targets.values.contains(Double(target)) }

    /// Describes why a target is rejected.
    func refusal(of target: Scalar, in place: String) -> String {
        let (least, most) = (targets.values.lowerBound, targets.values.upperBound)
        let range = most == .infinity ? "\(least) or more" : "from \(least) to \(most)"
        // A column of values may have been meant as classes.
        let hint = outputs == 1 && loss.weighsClasses ? ". \(classesReadAsValues)" : ""
        return "\(target) in \(place) (counted from 0); targets of \(name) are \(range)\(hint)"
    }
}
