/// What an engine needs to compute a batch shard by shard; allocated once, before the first step of a run.
final class EngineSharding<Scalar: BLASScalar>: @unchecked Sendable {
    let sharding: Sharding
    let cut: ShardCut
    /// What this process does with its shards, in order.
    let actions: [ShardTree.Action]
    let gradients: ShardSum<Scalar>
    let state: ShardSum<Scalar>
    let stateSum: Buffer<Scalar>
    /// The positions of counters in the state.
    private let counters: [Int]

    /// One number for each shard: a process writes those of its own shards, and has all of them after `gather`.
    private let numbers: Buffer<Double>
    private let ownNumbers: Buffer<Double>
    private let numberPlaces: [Range<Int>]
    private var failure: PerceptronError?
    let isWeighted: Bool
    /// The occasions on which the first process has callbacks.
    private let occasions: (step: Bool, epoch: Bool)
    /// The number of rows that the last batch counts for.
    var weight = 0.0

    /// - Parameter callbacks: this process's callbacks; only the first process's are called.
    init(
        _ sharding: Sharding, rows: Int, isWeighted: Bool, callbacks: [TrainingCallback<Scalar>], engine: Engine<Scalar>
    ) throws(PerceptronError) {
        self.sharding = sharding
        self.isWeighted = isWeighted
        let called = try sharding.fromFirst { () throws(PerceptronError) in
            [
                callbacks.contains { $0.occasion == .step } ? 1 : 0,
                callbacks.contains { $0.occasion == .epoch } ? 1 : 0,
            ]
        }
        occasions = (called[0] == 1, called[1] == 1)
        cut = ShardCut(rows: rows, shards: sharding.shards)
        let (shards, group) = (sharding.shards, sharding.group)
        actions = ShardTree.actions(ShardTree.nodes(covering: sharding.owned, of: 0..<shards))
        gradients = ShardSum(
            into: engine.parameters.gradients, shards: shards, group: group, method: sharding.method,
            threads: engine.threads)
        stateSum = Buffer(count: engine.state.values.count)
        state = ShardSum(into: stateSum, shards: shards, group: group, method: .sameBits, threads: 1)
        counters = engine.network.stateLayout.filter(\.isCounter).flatMap(\.range)
        numbers = Buffer(count: shards)
        ownNumbers = Buffer(count: sharding.owned.count)
        numberPlaces = (0..<group.size).map { ShardCut.owned(of: shards, rank: $0, size: group.size) }
    }

    func hasCallbacks(on occasion: TrainingCallback<Scalar>.Occasion) -> Bool {
        switch occasion {
        case .step: occasions.step
        case .epoch: occasions.epoch
        }
    }

    // MARK: A number for each shard

    func set(_ number: Double, shard: Int) {
        var own = ownNumbers.memory.mutableSpan(0..<ownNumbers.count)
        own[shard - sharding.owned.lowerBound] = number
    }

    /// Records an error that keeps this process from continuing. All processes learn of it with the next numbers, so
    /// none waits for this one.
    func fail(_ error: PerceptronError) {
        if failure == nil { failure = error }
        for shard in sharding.owned { set(Double(bitPattern: Self.failed), shard: shard) }
    }

    /// The sum of the numbers over all shards.
    /// - Throws: the error with which a process failed.
    func sumOfNumbers() throws(PerceptronError) -> Double {
        var all = numbers.memory.mutableSpan(0..<numbers.count)
        try sharding.group.gather(
            ownNumbers.memory.span(0..<ownNumbers.count), into: &all, places: numberPlaces)
        for shard in all.indices where all[shard].bitPattern == Self.failed {
            let error = failure
            failure = nil
            let rank = sharding.owner(of: shard)
            throw try sharding.shared(rank == sharding.group.rank ? error : nil, of: rank)
        }
        return ShardTree.sum(all.span, 0..<numbers.count)
    }

    /// A NaN that no computation produces.
    private static var failed: UInt64 { 0x7ff8_5eed_0dea_dbed }

    // MARK: Statistics

    /// Writes a shard's contribution to the mean state into its slot. Counters are the same in all shards, so they are
    /// copied from the first shard that has rows.
    func addState(_ next: Buffer<Scalar>, slot: Int, share: Double, isFirst: Bool) {
        guard next.count > 0 else { return }
        var target = state.memory(slot: slot).mutableSpan(0..<next.count)
        let values = next.memory.span(0..<next.count)
        Kernels.combine(share, values, 0, values, into: &target)
        for counter in counters { target[counter] = isFirst ? values[counter] : 0 }
    }
}
