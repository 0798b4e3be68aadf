import Dispatch
import Synchronization

/// Batches of a streamed data set, which a thread of its own reads and checks ahead of the step that takes them.
final class StreamSource<Scalar: BLASScalar>: BatchSource, @unchecked Sendable {
    /// Room for a batch that is ready, or what kept it from being so.
    private final class Slot: @unchecked Sendable {
        let capacity: Int
        let inputs: StreamedInputs<Scalar>
        let targets: Buffer<Scalar>
        var classes: [Int]
        var weights: [Double]
        var rows = 0
        var failure: PerceptronError?

        init(_ dataset: StreamedDataset<Scalar>, rows: Int) {
            capacity = rows
            inputs = StreamedInputs(dataset, rows: rows)
            targets = Buffer(count: rows * (dataset.targetColumns ?? 0))
            classes = [Int](repeating: 0, count: dataset.targetColumns == nil ? rows : 0)
            weights = [Double](repeating: 1, count: dataset.isWeighted ? rows : 0)
        }
    }

    /// Rows in the order in which they are taken: of all files, or of one shard.
    private struct Lane {
        var order: BlockOrder
        var window: [BlockOrder.Row] = []
        var blocks: ArraySlice<BlockOrder.Block> = []
        /// The place of the window's first row.
        var windowStart = 0

        init(_ order: BlockOrder, of dataset: StreamedDataset<Scalar>) {
            self.order = order
            for block in order.upcoming { dataset.prefetch(block) }
        }

        /// The row at a place; places only go up.
        mutating func row(_ place: Int, of dataset: StreamedDataset<Scalar>) -> BlockOrder.Row {
            while place >= windowStart + window.count {
                for block in blocks { dataset.release(block) }
                windowStart += window.count
                blocks = order.upcoming
                window = order.nextWindow()
                for block in order.upcoming { dataset.prefetch(block) }
            }
            return window[place - windowStart]
        }

        func release(of dataset: StreamedDataset<Scalar>) {
            for block in blocks { dataset.release(block) }
            for block in order.upcoming { dataset.release(block) }
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
    private let shards: RowShards?
    /// For each shard of this process the rows of all files among which its rows are.
    private let shardRows: [Range<Int>]
    /// The step whose batch is in use.
    private var current: Int?

    /// - Parameters:
    ///   - loss: to which the targets must fit.
    ///   - shards: the shards from which batches take rows in turn, and of which this process reads its own; nil
    ///     without shards.
    init(
        _ dataset: StreamedDataset<Scalar>, batches: Batches, loss: BatchLoss<Scalar>, shards: RowShards? = nil
    ) {
        self.dataset = dataset
        self.batches = batches
        self.loss = loss
        self.shards = shards
        shardRows = shards.map { dataset.fileRows(of: $0) } ?? []
        let rows = shards.map { $0.cut.mostRows(of: $0.owned, ofBatch: batches.batchSize) } ?? batches.batchSize
        // One is in use, one is ready, one is being read.
        slots = (0..<3).map { _ in Slot(dataset, rows: rows) }
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
        let seed = order.first
        queue.async {
            // The same windows whoever reads, and no more memory for many shards than for none.
            let windowBlocks = max(1, self.dataset.windowBlocks / (self.shards?.cut.shards ?? 1))
            var lanes: [Lane] = []
            if let shards = self.shards {
                for (shard, rows) in zip(shards.owned, self.shardRows) {
                    var generator = seed.map { RowShards.generator(ofShard: shard, seed: $0) }
                    let order = self.dataset.order(
                        windowBlocks: windowBlocks, seed: generator?.next(), within: rows)
                    lanes.append(Lane(order, of: self.dataset))
                }
            } else {
                let order = self.dataset.order(
                    windowBlocks: windowBlocks, seed: seed.map { UInt64(UInt(bitPattern: $0)) })
                lanes.append(Lane(order, of: self.dataset))
            }
            self.read(lanes, from: step, reading)
        }
    }

    func batch(step: Int) throws(PerceptronError) -> Batch<Scalar> {
        guard let reading else { throw .invalidState("a batch was requested before its epoch began") }
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
    private func read(_ lanes: [Lane], from first: Int, _ reading: Reading) {
        var lanes = lanes
        /// Those of the batch that is being read.
        var rows: [BlockOrder.Row] = []
        rows.reserveCapacity(slots[0].capacity)
        for step in first..<max(first, batches.steps) {
            reading.free.wait()
            if reading.isCancelled.load(ordering: .relaxed) { break }
            let slot = slots[step % slots.count]
            slot.failure = nil
            do throws(PerceptronError) {
                rows.removeAll(keepingCapacity: true)
                for lane in lanes.indices {
                    for place in places(lane: lane, step: step) {
                        rows.append(lanes[lane].row(place, of: dataset))
                        try read(rows[rows.count - 1], into: slot, at: rows.count - 1)
                    }
                }
                slot.rows = rows.count
                if !rows.isEmpty { try slot.inputs.transform(rows.count) { rows[$0] } }
            } catch {
                slot.failure = error
            }
            reading.ready.signal()
            if slot.failure != nil { break }
        }
        for lane in lanes { lane.release(of: dataset) }
    }

    /// Which rows, in the order of a lane, a step takes.
    private func places(lane: Int, step: Int) -> Range<Int> {
        let range = batches.range(step: step)
        guard let shards else { return range }
        return shards.cut.turns(of: shards.owned.lowerBound + lane, at: range)
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

extension StreamedDataset {
    /// For each shard of a process the rows of all files among which its rows are: those between its first and the next
    /// shard's first, as far as they belong to the data set.
    fileprivate func fileRows(of shards: RowShards) -> [Range<Int>] {
        let owned = shards.owned.map { shards.cut.rows(of: $0) }
        if selections.isEmpty { return owned }
        var starts = owned.map(\.lowerBound) + [owned.last?.upperBound ?? 0]
        var (number, next) = (0, 0)
        let all = parts.reduce(0) { $0 + $1.inputs.rows }
        var found: [Int] = []
        for row in 0..<all where next < starts.count {
            guard selections.allSatisfy({ $0.contains(row) }) else { continue }
            while next < starts.count, starts[next] == number {
                found.append(row)
                next += 1
            }
            number += 1
        }
        starts = found + [Int](repeating: all, count: owned.count + 1 - found.count)
        return owned.indices.map { starts[$0]..<starts[$0 + 1] }
    }
}
