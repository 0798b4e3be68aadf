/// The shards of a training run, and the processes among which they are divided.
struct Sharding: Sendable {
    let shards: Int
    let group: any ProcessGroup
    let method: GradientSum
    /// This process's shards.
    let owned: Range<Int>

    init(shards: Int, group: any ProcessGroup, method: GradientSum) {
        self.shards = shards
        self.group = group
        self.method = method
        owned = ShardCut.owned(of: shards, rank: group.rank, size: group.size)
    }

    /// For communication between processes without sharded training.
    init(across group: (any ProcessGroup)?) {
        self.init(shards: 1, group: group ?? SingleProcess(), method: .sameBits)
    }

    /// Whether this is the process that prints, calls callbacks and evaluates.
    var isFirst: Bool { group.rank == 0 }

    /// The process that owns a shard.
    func owner(of shard: Int) -> Int {
        for rank in 0..<group.size where ShardCut.owned(of: shards, rank: rank, size: group.size).contains(shard) {
            return rank
        }
        return 0
    }

    // MARK: What one process decides

    /// Numbers that the first process computes, in all processes; if it throws, all of them throw.
    func fromFirst(
        _ compute: () throws(PerceptronError) -> [Double]
    ) throws(PerceptronError) -> [Double] {
        if group.size == 1 { return try compute() }
        var numbers: [Double] = []
        var failure: PerceptronError?
        if isFirst {
            do throws(PerceptronError) { numbers = try compute() } catch { failure = error }
        }
        var isGood: UInt64 = failure == nil ? 1 : 0
        try group.broadcast(&isGood)
        guard isGood == 1 else { throw try shared(failure, of: 0) }
        return try group.broadcast(numbers, from: 0)
    }

    /// The error of one process, in all processes.
    func shared(_ failure: PerceptronError?, of rank: Int) throws(PerceptronError) -> PerceptronError {
        let text = try group.broadcast(failure?.description ?? "", from: rank)
        return failure ?? .invalidState("process \(rank): \(text)")
    }

    // MARK: What all must have

    /// Throws in all processes unless each number is the same in all of them; the message names the first that is not.
    func checkAgreement(_ numbers: [(name: String, bits: UInt64)]) throws(PerceptronError) {
        if group.size == 1 { return }
        // In halves, which a Double holds exactly.
        let own = numbers.flatMap { [Double($0.bits >> 32), Double($0.bits & 0xffff_ffff)] }
        let places = (0..<group.size).map { $0 * own.count..<($0 + 1) * own.count }
        var all = [Double](repeating: 0, count: own.count * group.size)
        var span = all.mutableSpan
        try group.gather(own.span, into: &span, places: places)
        for rank in 1..<group.size {
            for (index, number) in numbers.enumerated() {
                let halves = places[rank].lowerBound + 2 * index..<places[rank].lowerBound + 2 * index + 2
                guard Array(all[halves]) != Array(all[2 * index..<2 * index + 2]) else { continue }
                throw .invalidState(
                    "process \(rank) trains with another \(number.name) than process 0; all need the same")
            }
        }
    }
}
