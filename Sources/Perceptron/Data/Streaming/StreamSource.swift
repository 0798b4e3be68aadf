import Dispatch
import Synchronization

/// Batches of a streamed data set, which a thread of its own reads and checks ahead of the step that takes them.
final class StreamSource<Scalar: BLASScalar>: BatchSource, @unchecked Sendable {
    /// Room for a batch that is ready, or what kept it from being so.
    private final class Slot: @unchecked Sendable {
        let inputs: StreamedInputs<Scalar>
        let targets: Buffer<Scalar>
        var classes: [Int]
        var weights: [Double]
        var rows = 0
        var failure: PerceptronError?

        init(_ dataset: StreamedDataset<Scalar>, rows: Int) {
            inputs = StreamedInputs(dataset, rows: rows)
            targets = Buffer(count: rows * (dataset.targetColumns ?? 0))
            classes = [Int](repeating: 0, count: dataset.targetColumns == nil ? rows : 0)
            weights = [Double](repeating: 1, count: dataset.isWeighted ? rows : 0)
        }
    }

    /// The reading of one epoch.
    private final class Reading: Sendable {
        let isCancelled = Atomic<Bool>(false)
        let ready = DispatchSemaphore(value: 0)
        let free = DispatchSemaphore(value: 0)
    }

    let batches: Batches
    var isWeighted: Bool { dataset.isWeighted }
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
        slots = (0..<3).map { _ in Slot(dataset, rows: batches.batchSize) }
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
        let order = dataset.order(
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
            inputs: slot.inputs.transformed.memory,
            targets: dataset.targetColumns == nil ? .classes(slot.classes) : .matrix(slot.targets.memory),
            weights: dataset.isWeighted ? slot.weights : nil, rows: .contiguous(from: 0), count: slot.rows)
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
        /// Those of the batch that is being read.
        var rows: [BlockOrder.Row] = []
        rows.reserveCapacity(batches.batchSize)
        func moveOn() {
            for block in blocks { dataset.release(block) }
            windowStart += window.count
            blocks = order.upcoming
            window = order.nextWindow()
            for block in order.upcoming { dataset.prefetch(block) }
        }
        for block in order.upcoming { dataset.prefetch(block) }
        for step in first..<max(first, batches.steps) {
            reading.free.wait()
            if reading.isCancelled.load(ordering: .relaxed) { break }
            let slot = slots[step % slots.count]
            let range = batches.range(step: step)
            slot.rows = range.count
            slot.failure = nil
            do throws(PerceptronError) {
                rows.removeAll(keepingCapacity: true)
                for row in range {
                    while row >= windowStart + window.count { moveOn() }
                    rows.append(window[row - windowStart])
                    try read(rows[rows.count - 1], into: slot, at: rows.count - 1)
                }
                try slot.inputs.transform(rows.count) { rows[$0] }
            } catch {
                slot.failure = error
            }
            reading.ready.signal()
            if slot.failure != nil { break }
        }
        for block in blocks { dataset.release(block) }
        for block in order.upcoming { dataset.release(block) }
    }

    private func read(_ row: BlockOrder.Row, into slot: Slot, at place: Int) throws(PerceptronError) {
        let part = dataset.parts[row.part]
        try slot.inputs.read(row, at: place)
        if let weights = part.weights { slot.weights[place] = weights.rows(row.row..<row.row + 1)[0, 0] }
        switch part.targets {
        case .matrix(let matrix):
            try dataset.readTargets(row, of: matrix, for: loss, into: slot.targets, at: place)
        case .classes(let classes):
            slot.classes[place] = try dataset.label(row, of: classes, below: loss.targets.classes)
        }
    }
}
