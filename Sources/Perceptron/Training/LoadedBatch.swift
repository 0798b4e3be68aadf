/// The current batch: rows in place in the data set, or gathered in memory that is reused from step to step.
///
/// rows × (input + targets) scalars.
final class LoadedBatch<Scalar: BLASScalar>: @unchecked Sendable {
    /// The order in which rows of the data set are taken, where a batch refers to it.
    var order: [Int] = []
    private(set) var batch: Batch<Scalar>?
    /// The sum of the rows' weights.
    private(set) var weight = 0.0
    /// What it is a part of, if it is one.
    var whole: WholeBatch?

    private let inputFeatures: Int
    private let targetColumns: Int
    /// The number of rows that fit into the memory.
    private var room = 0
    private var gatheredInputs = Buffer<Scalar>(count: 0)
    private var gatheredTargets = Buffer<Scalar>(count: 0)
    private var classes: [Int] = []
    /// Gathered weights of rows; empty until a batch has weights.
    private var weights: [Double] = []

    init(inputFeatures: Int, targetColumns: Int) {
        self.inputFeatures = inputFeatures
        self.targetColumns = targetColumns
    }

    init(copying other: LoadedBatch) {
        order = other.order
        inputFeatures = other.inputFeatures
        targetColumns = other.targetColumns
        room = other.room
        gatheredInputs = Buffer(copying: other.gatheredInputs)
        gatheredTargets = Buffer(count: other.gatheredTargets.count)
        classes = other.classes
    }

    /// Loads a batch until `end`. Classes and weights are gathered at once, rows of matrices when the plan says.
    func begin(_ batch: Batch<Scalar>) {
        reserve(rows: batch.count)
        self.batch = batch
        if case .ordered(let from) = batch.rows, case .classes(let labels) = batch.targets {
            for row in 0..<batch.count { classes[row] = labels[order[from + row]] }
        }
        weight = batch.weights.map { gather($0, batch) } ?? Double(batch.count)
    }

    func end() { batch = nil }

    /// Copies inputs, which `beginKept` makes a batch again.
    func keep(_ inputs: Matrix<Scalar>) {
        reserve(rows: inputs.rows)
        inputs.elements.withMemory { gatheredInputs.memory.extracting(0..<inputs.elements.count).copy(from: $0) }
    }

    /// Loads the inputs that were kept last, with targets.
    func beginKept(rows: Int, targets: Batch<Scalar>.Values, weights: [Double]?) {
        begin(
            Batch(
                inputs: gatheredInputs.memory, targets: targets, weights: weights, rows: .contiguous(from: 0),
                count: rows))
    }

    private func reserve(rows: Int) {
        guard rows > room else { return }
        room = rows
        gatheredInputs = Buffer(count: rows * inputFeatures)
        gatheredTargets = Buffer(count: rows * targetColumns)
        classes = [Int](repeating: 0, count: rows)
    }

    /// The weight of a batch, which need not be loaded.
    func weight(of batch: Batch<Scalar>) -> Double {
        guard let all = batch.weights else { return Double(batch.count) }
        var sum = 0.0
        for row in 0..<batch.count { sum += all[place(row, of: batch)] }
        return sum
    }

    /// The row of the data set that a row of a batch is.
    private func place(_ row: Int, of batch: Batch<Scalar>) -> Int {
        switch batch.rows {
        case .contiguous(let from): from + row
        case .ordered(let from): order[from + row]
        }
    }

    /// Gathers the weights of a batch's rows, and returns their sum.
    private func gather(_ all: [Double], _ batch: Batch<Scalar>) -> Double {
        if weights.count < batch.count { weights = [Double](repeating: 0, count: room) }
        var sum = 0.0
        for row in 0..<batch.count {
            let place = place(row, of: batch)
            weights[row] = batch.classWeights.map { $0.rows?[place] ?? 1 } ?? all[place]
            sum += all[place]
        }
        return sum
    }

    // MARK: Tiles

    /// Gathers some rows of the batch, unless they are used in place.
    func gather(_ rows: Range<Int>) {
        guard let batch, case .ordered(let from) = batch.rows else { return }
        let order = order
        let indices = order.span.extracting(from + rows.lowerBound..<from + rows.upperBound)
        func gather(_ source: Memory<Scalar>, into target: Buffer<Scalar>, columns: Int) {
            let block = MatrixBlock(columns: columns)
            let source = source.view(block, rows: 0..<source.count / columns, columns: 0..<columns)
            var values = target.memory.mutableView(block, rows: rows, columns: 0..<columns)
            Kernels.gather(source, rows: indices, into: &values)
        }
        gather(batch.inputs, into: gatheredInputs, columns: inputFeatures)
        if case .matrix(let targets) = batch.targets {
            gather(targets, into: gatheredTargets, columns: targetColumns)
        }
    }

    @_lifetime(immortal)
    func inputs(_ rows: Range<Int>) -> MatrixView<Scalar> {
        let columns = 0..<inputFeatures
        if case .contiguous(let from) = batch!.rows {
            let block = MatrixBlock(offset: from * inputFeatures, columns: inputFeatures)
            return batch!.inputs.view(block, rows: rows, columns: columns)
        }
        return gatheredInputs.memory.view(MatrixBlock(columns: inputFeatures), rows: rows, columns: columns)
    }

    /// The sum of a loss over some rows; writes `scale` times its gradient with respect to the outputs.
    func evaluate(
        _ loss: any Loss, rows: Range<Int>, outputs: MatrixView<Scalar>, scale: Double,
        gradient: inout MutableMatrixView<Scalar>
    ) -> Double {
        let batch = batch!
        let columns = 0..<targetColumns
        switch (batch.targets, batch.rows) {
        case (.matrix(let targets), .contiguous(let from)):
            let block = MatrixBlock(offset: from * targetColumns, columns: targetColumns)
            let targets = TargetView(values: targets.view(block, rows: rows, columns: columns))
            return evaluate(loss, targets, rows: rows, outputs: outputs, scale: scale, gradient: &gradient)
        case (.matrix, .ordered):
            let block = MatrixBlock(columns: targetColumns)
            let targets = TargetView(values: gatheredTargets.memory.view(block, rows: rows, columns: columns))
            return evaluate(loss, targets, rows: rows, outputs: outputs, scale: scale, gradient: &gradient)
        case (.classes(let labels), .contiguous(let from)):
            let part = labels.span.extracting(from + rows.lowerBound..<from + rows.upperBound)
            let targets = TargetView<Scalar>(classes: part, columns: targetColumns)
            return evaluate(loss, targets, rows: rows, outputs: outputs, scale: scale, gradient: &gradient)
        case (.classes, .ordered):
            let classes = classes
            let targets = TargetView<Scalar>(classes: classes.span.extracting(rows), columns: targetColumns)
            return evaluate(loss, targets, rows: rows, outputs: outputs, scale: scale, gradient: &gradient)
        }
    }

    @inline(__always)
    private func evaluate(
        _ loss: any Loss, _ targets: TargetView<Scalar>, rows: Range<Int>, outputs: MatrixView<Scalar>,
        scale: Double, gradient: inout MutableMatrixView<Scalar>
    ) -> Double {
        guard batch!.weights != nil else {
            return loss.evaluate(outputs: outputs, targets: targets, scale: scale, gradient: &gradient)
        }
        let (weights, classes) = (weights, batch!.classWeights?.classes ?? [])
        return loss.evaluate(
            outputs: outputs, targets: targets,
            weights: LossWeights(rows: weights.span.extracting(rows), classes: classes.span), scale: scale,
            gradient: &gradient)
    }
}
