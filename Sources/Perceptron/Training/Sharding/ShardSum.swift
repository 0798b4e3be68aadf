/// The sum of vectors, one for each shard, in a fixed tree over all processes.
///
/// A process adds up its own shards as far as they form whole nodes of the tree. Then each process receives one slice
/// of all these sums and adds up the rest of the tree for it, and the slices are gathered. If the number of processes P
/// is a power of two, each process sends what an all-reduce of one vector takes, 2 (P − 1) / P times its size.
/// Otherwise a process may have up to 2 log₂(shards) sums to send, usually two.
///
/// It needs memory for (1 + depth of the tree) vectors, and for a slice of each node.
final class ShardSum<Scalar: BLASScalar>: TiledWork, @unchecked Sendable {
    private let group: any ProcessGroup
    private let method: GradientSum
    private let threads: Int
    /// The vector of each slot; the first is the result.
    private let slots: [Buffer<Scalar>]
    /// The number of this process's nodes.
    private let ownNodes: Int
    /// Each process's slice of the vector.
    private let slices: [Range<Int>]
    /// One exchange per node of the process with the most nodes: for each process, the slice that it receives of this
    /// process's node, and the place for what it sends.
    private let exchanges: [(sent: [Range<Int>], received: [Range<Int>])]
    /// This process's slice of the sum of every node of all processes.
    private let received: Buffer<Scalar>
    private let additions: [(place: Int, summand: Int)]

    /// The sum being computed, tile by tile.
    private var sum: Memory<Scalar>
    private var summand: Memory<Scalar>
    private let job = TileJob()
    private static var tile: Int { 1 << 14 }

    /// - Parameter result: where the sum is written; also the first slot, in which this process computes.
    init(
        into result: Buffer<Scalar>, shards: Int, group: any ProcessGroup, method: GradientSum, threads: Int
    ) {
        self.group = group
        self.method = method
        self.threads = threads
        let size = group.size
        let nodes = (0..<size).map {
            ShardTree.nodes(covering: ShardCut.owned(of: shards, rank: $0, size: size), of: 0..<shards)
        }
        let own = nodes[group.rank]
        ownNodes = own.count
        let used = ShardTree.actions(own).reduce(1) { most, action in
            if case .compute(_, let slot) = action { max(most, slot + 1) } else { most }
        }
        slots = [result] + (1..<used).map { _ in Buffer(count: result.count) }
        let slices = (0..<size).map { ShardSum.slice(of: result.count, rank: $0, size: size) }
        self.slices = slices
        let length = slices[group.rank].count
        let firstNode = nodes.indices.map { rank in nodes[..<rank].reduce(0) { $0 + $1.count } }
        exchanges = (0..<(nodes.map(\.count).max() ?? 0)).map { round in
            let sent = slices.map { round < own.count ? $0 : 0..<0 }
            let places = (0..<size).map { rank in
                let place = (firstNode[rank] + round) * length
                return round < nodes[rank].count ? place..<place + length : 0..<0
            }
            return (sent, places)
        }
        let isExchanged = size > 1 && method == .sameBits
        received = Buffer(count: isExchanged ? length * nodes.reduce(0) { $0 + $1.count } : 0)
        additions = ShardTree.additions(nodes.flatMap { $0 }, shards: shards)
        sum = result.memory
        summand = result.memory
    }

    /// The slice of a vector that a process adds up, in whole cache lines.
    static func slice(of count: Int, rank: Int, size: Int) -> Range<Int> {
        let lines = (count + Buffer<Scalar>.alignment - 1) / Buffer<Scalar>.alignment
        func start(_ rank: Int) -> Int { min(count, rank * lines / size * Buffer<Scalar>.alignment) }
        return start(rank)..<start(rank + 1)
    }

    /// The memory in which a slot's vector is computed.
    func memory(slot: Int) -> Memory<Scalar> { slots[slot].memory }

    /// Sets a vector to zeros, for a shard without rows.
    func clear(slot: Int) {
        var values = slots[slot].memory.mutableSpan(0..<slots[slot].count)
        values.update(repeating: 0)
    }

    /// Adds the vector in a slot to the one in the slot before it.
    func add(slot: Int) { add(slots[slot].memory, to: slots[slot - 1].memory) }

    /// Once all of this process's nodes are in their slots, computes the sum over all shards, in the first slot.
    func finish() throws(PerceptronError) {
        if group.size == 1 { return }
        let count = slots[0].count
        switch method {
        case .fastest:
            if ownNodes == 0 { clear(slot: 0) }
            for slot in 1..<max(1, ownNodes) { add(slots[slot].memory, to: slots[0].memory) }
            var values = slots[0].memory.mutableSpan(0..<count)
            try group.sum(&values)
        case .sameBits:
            var parts = received.memory.mutableSpan(0..<received.count)
            for (round, exchange) in exchanges.enumerated() {
                let slot = slots[min(round, slots.count - 1)]
                try group.exchange(
                    slot.memory.span(0..<count), sent: exchange.sent, into: &parts, received: exchange.received)
            }
            let slice = slices[group.rank]
            for addition in additions {
                add(part(addition.summand, slice.count), to: part(addition.place, slice.count))
            }
            var values = slots[0].memory.mutableSpan(0..<count)
            try group.gather(received.memory.span(0..<slice.count), into: &values, places: slices)
        }
    }

    /// The number of scalars that this process sends to others for a sum.
    var scalarsSent: Int {
        let (rank, size) = (group.rank, group.size)
        let slice = slices[rank].count
        guard method == .sameBits else { return 2 * (slots[0].count - slice) }
        let exchanged = exchanges.map { exchange in
            (0..<size).reduce(0) { $0 + ($1 == rank ? 0 : exchange.sent[$1].count) }
        }
        return exchanged.reduce(0, +) + (size - 1) * slice
    }

    private func part(_ node: Int, _ length: Int) -> Memory<Scalar> {
        received.memory.extracting(node * length..<(node + 1) * length)
    }

    // MARK: Tiles

    private func add(_ summand: Memory<Scalar>, to sum: Memory<Scalar>) {
        self.sum = sum
        self.summand = summand
        let tiles = (sum.count + Self.tile - 1) / Self.tile
        WorkerPool.shared.perform(job, tiles: tiles, threads: tiles > 1 ? threads : 1, self)
    }

    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    func perform(tile: Int, participant: Int) {
        let range = tile * Self.tile..<min((tile + 1) * Self.tile, sum.count)
        var values = sum.mutableSpan(range)
        Kernels.combine(1, &values, 1, summand.span(range))
    }
}
