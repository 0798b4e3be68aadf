import Dispatch
import Synchronization

/// Batches of a streamed data set, which a thread of its own reads and checks ahead of the step that takes them.
final class StreamSource<Scalar: BLASScalar>: BatchSource, @unchecked Sendable {
    /// Room for a batch that is ready, or what kept it from being so.
    private final class Slot: @unchecked Sendable {
        let inputs: Buffer<Scalar>
        let targets: Buffer<Scalar>
        var classes: [Int]
        var rows = 0
        var failure: PerceptronError?

        init(rows: Int, inputFeatures: Int, targetColumns: Int?) {
            inputs = Buffer(count: rows * inputFeatures)
            targets = Buffer(count: rows * (targetColumns ?? 0))
            classes = [Int](repeating: 0, count: targetColumns == nil ? rows : 0)
        }
    }

    /// The reading of one epoch.
    private final class Reading: Sendable {
        let isCancelled = Atomic<Bool>(false)
        let ready = DispatchSemaphore(value: 0)
        let free = DispatchSemaphore(value: 0)
    }

    let batches: Batches
    private let dataset: StreamedDataset<Scalar>
    private let loss: BatchLoss<Scalar>
    private let slots: [Slot]
    private let queue = DispatchQueue(label: "swift-perceptron.batches")
    private var reading: Reading?
    /// The step whose batch is in use.
    private var current: Int?

    /// - Parameter loss: to which the targets must fit.
    init(_ dataset: StreamedDataset<Scalar>, batches: Batches, loss: BatchLoss<Scalar>) {
        self.dataset = dataset
        self.batches = batches
        self.loss = loss
        // One is in use, one is ready, one is being read.
        slots = (0..<3).map { _ in
            Slot(
                rows: batches.batchSize, inputFeatures: dataset.inputFeatures, targetColumns: dataset.targetColumns)
        }
    }

    func drawOrder(using generator: inout RandomGenerator) -> [Int] {
        let seed = Int(bitPattern: UInt(truncatingIfNeeded: generator.next()))
        return batches.sampling == .inOrder ? [] : [seed]
    }

    func accepts(_ order: [Int]) -> Bool { order.count == (batches.sampling == .inOrder ? 0 : 1) }

    func begin(order: [Int], step: Int, engine: Engine<Scalar>) {
        let reading = Reading()
        self.reading = reading
        current = nil
        for _ in slots { reading.free.signal() }
        let order = BlockOrder(
            partRows: dataset.parts.map(\.inputs.rows), blockRows: dataset.blockRows,
            windowBlocks: dataset.windowBlocks, seed: order.first.map { UInt64(UInt(bitPattern: $0)) })
        queue.async { self.read(order, from: step, reading) }
    }

    func batch(step: Int) throws(PerceptronError) -> Batch<Scalar> {
        guard let reading else { throw .invalidState("a batch is asked for before its epoch has begun") }
        if current != nil { reading.free.signal() }
        current = step
        reading.ready.wait()
        let slot = slots[step % slots.count]
        if let failure = slot.failure { throw failure }
        return Batch(
            inputs: slot.inputs.memory,
            targets: dataset.targetColumns == nil ? .classes(slot.classes) : .matrix(slot.targets.memory),
            rows: .contiguous(from: 0), count: slot.rows)
    }

    func end() {
        guard let reading else { return }
        reading.isCancelled.store(true, ordering: .relaxed)
        reading.free.signal()
        // When that returns, nothing on the queue refers to the files any more.
        queue.sync {}
        self.reading = nil
    }

    // MARK: On the reading thread

    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    private func read(_ order: BlockOrder, from first: Int, _ reading: Reading) {
        var order = order
        var window: [BlockOrder.Row] = []
        var blocks: ArraySlice<BlockOrder.Block> = []
        /// The place of its first row in the epoch.
        var windowStart = 0
        func moveOn() {
            for block in blocks { release(block) }
            windowStart += window.count
            blocks = order.upcoming
            window = order.nextWindow()
            for block in order.upcoming { prefetch(block) }
        }
        for block in order.upcoming { prefetch(block) }
        for step in first..<max(first, batches.steps) {
            reading.free.wait()
            if reading.isCancelled.load(ordering: .relaxed) { break }
            let slot = slots[step % slots.count]
            let range = batches.range(step: step)
            slot.rows = range.count
            slot.failure = nil
            for row in range {
                while row >= windowStart + window.count { moveOn() }
                do throws(PerceptronError) {
                    try read(window[row - windowStart], into: slot, at: row - range.lowerBound)
                } catch {
                    slot.failure = error
                    break
                }
            }
            reading.ready.signal()
            if slot.failure != nil { break }
        }
        for block in blocks { release(block) }
        for block in order.upcoming { release(block) }
    }

    private func read(_ row: BlockOrder.Row, into slot: Slot, at place: Int) throws(PerceptronError) {
        let part = dataset.parts[row.part]
        try read(row.row, of: part.inputs, into: slot.inputs, at: place)
        switch part.targets {
        case .matrix(let matrix):
            try read(row.row, of: matrix, into: slot.targets, at: place)
            guard loss.limitsTargets else { return }
            let targets = slot.targets.memory.span(place * matrix.columns..<(place + 1) * matrix.columns)
            for column in targets.indices where !loss.accepts(targets[column]) {
                throw .invalidValue(
                    "\(matrix.path) has " + loss.refusal(of: targets[column], in: "row \(row.row), column \(column)"))
            }
        case .classes(let classes):
            let label = classes.rows(row.row..<row.row + 1)[0, 0]
            guard label >= 0, label < Double(loss.targets.classes) else {
                throw .invalidValue(
                    "\(classes.path) has label \(label.fixed(0)) in row \(row.row) (counted from 0); "
                        + "the model gives \(counted(loss.targets.classes, "class", "classes")), 0 to \(loss.targets.classes - 1)"
                )
            }
            slot.classes[place] = Int(label)
        }
    }

    private func read(
        _ row: Int, of matrix: MappedMatrix<Scalar>, into buffer: Buffer<Scalar>, at place: Int
    ) throws(PerceptronError) {
        let columns = 0..<matrix.columns
        var output = buffer.memory.mutableView(
            MatrixBlock(columns: columns.count), rows: place..<place + 1, columns: columns)
        matrix.read(rows: row..<row + 1, into: &output)
        guard let column = Kernels.firstNonFinite(output.elements.span) else { return }
        throw .invalidValue(
            "\(matrix.path) has \(output[0, column]) in row \(row), column \(column) (counted from 0); "
                + "all values must be finite")
    }

    private func prefetch(_ block: BlockOrder.Block) {
        dataset.parts[block.part].inputs.prefetch(rows: block.rows)
        dataset.parts[block.part].targets.prefetch(rows: block.rows)
    }

    private func release(_ block: BlockOrder.Block) {
        dataset.parts[block.part].inputs.release(rows: block.rows)
        dataset.parts[block.part].targets.release(rows: block.rows)
    }
}
