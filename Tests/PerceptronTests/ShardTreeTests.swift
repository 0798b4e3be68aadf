import Testing

@testable import Perceptron

/// The fixed order in which shards are added up, and how rows are cut into them.
@Suite struct ShardTreeTests {
    /// The sum by the rule itself.
    static func sum(_ values: [Double], _ node: Range<Int>) -> Double {
        if node.count == 1 { return values[node.lowerBound] }
        let middle = (node.lowerBound + node.upperBound) / 2
        return sum(values, node.lowerBound..<middle) + sum(values, middle..<node.upperBound)
    }

    /// Numbers whose sum depends on the order.
    static func numbers(_ count: Int, _ element: Int = 0) -> [Double] {
        var generator = RandomGenerator(seed: UInt64(element))
        return (0..<count).map { _ in (generator.nextUniform() - 0.5) / 3 }
    }

    @Test func numbersAreSummedInTheTree() {
        let values = Self.numbers(13)
        #expect(ShardTree.sum(values.span, 0..<13) == Self.sum(values, 0..<13))
        #expect(ShardTree.sum(values.span, 0..<13) != values.reduce(0, +))
    }

    @Test(arguments: [1, 2, 3, 7, 8, 13, 16]) func nodesCoverTheShardsOfAProcess(_ shards: Int) {
        for size in 1...18 {
            var next = 0
            for rank in 0..<size {
                let owned = ShardCut.owned(of: shards, rank: rank, size: size)
                #expect(owned.lowerBound == next)
                next = owned.upperBound
                let nodes = ShardTree.nodes(covering: owned, of: 0..<shards)
                #expect(nodes.flatMap { Array($0) } == Array(owned))
                // One vector to send, where the number of processes is a power of two.
                if size & (size - 1) == 0 { #expect(nodes.count <= 1) }
            }
            #expect(next == shards)
        }
    }

    /// Vectors, one for each shard, are summed to the same bits by any number of processes.
    @Test(arguments: [1, 2, 3, 5, 8, 13], [1, 2, 3, 4, 5, 8]) func vectorsAreSummedInTheTree(_ shards: Int, _ size: Int)
        throws
    {
        let count = 37
        let expected = (0..<count).map { Self.sum(Self.numbers(shards, $0), 0..<shards) }
        for result in ThreadGroup.run(
            size,
            { group in
                let buffer = Buffer<Double>(count: count)
                let sum = ShardSum(into: buffer, shards: shards, group: group, method: .sameBits, threads: 2)
                let owned = ShardCut.owned(of: shards, rank: group.rank, size: size)
                // Twice, because what the first sum leaves behind must not count.
                for _ in 0..<2 {
                    for action in ShardTree.actions(ShardTree.nodes(covering: owned, of: 0..<shards)) {
                        switch action {
                        case .compute(let shard, let slot):
                            let vector = (0..<count).map { Self.numbers(shards, $0)[shard] }
                            vector.withMemory { sum.memory(slot: slot).copy(from: $0) }
                        case .add(let slot): sum.add(slot: slot)
                        }
                    }
                    try sum.finish()
                }
                return buffer.array
            })
        {
            #expect(try result.get() == expected, "\(size) processes")
        }
    }

    /// What goes over the network is what an all-reduce takes, where the number of processes is a power of two.
    @Test func bytesAreThoseOfAnAllReduce() throws {
        for (size, factor) in [(2, 1), (4, 1), (8, 1), (3, 2)] {
            let count = 8 * 24 * 5
            let sent = ThreadGroup.run(size) { group in
                let sum = ShardSum(
                    into: Buffer<Double>(count: count), shards: 8, group: group, method: .sameBits, threads: 1)
                try sum.finish()
                return group.meeting.sent[group.rank]
            }
            for sent in sent {
                let (sent, slice) = (try sent.get(), count / size)
                #expect(sent <= (factor + 1) * (size - 1) * slice && sent >= 2 * (size - 1) * slice)
            }
        }
    }

    @Test(arguments: [0, 1, 5, 8, 23, 64]) func everyRowIsTakenOnceByTurns(_ rows: Int) {
        for shards in [1, 3, 8] {
            let cut = ShardCut(rows: rows, shards: shards)
            #expect((0..<shards).flatMap { Array(cut.rows(of: $0)) } == Array(0..<rows))
            for batch in [1, 3, 8, 10] {
                var taken = [Int](repeating: 0, count: shards)
                for start in stride(from: 0, to: rows, by: batch) {
                    let places = start..<min(rows, start + batch)
                    let counts = (0..<shards).map { cut.turns(of: $0, at: places).count }
                    #expect(counts.reduce(0, +) == places.count)
                    let some = counts.filter { $0 > 0 }
                    #expect(some.max()! - some.min()! <= 1 && some.min()! >= cut.leastRows(ofBatch: places.count))
                    for shard in 0..<shards {
                        #expect(cut.turns(of: shard, at: places).lowerBound == taken[shard] || counts[shard] == 0)
                        taken[shard] += counts[shard]
                    }
                }
                #expect(taken == (0..<shards).map { cut.rows(of: $0).count })
            }
        }
    }

    /// An epoch has every row once, each shard's shuffled by themselves and like no other's; a process has its own alone.
    @Test func anEpochShufflesWithinShards() {
        let cut = ShardCut(rows: 80, shards: 4)
        func order(_ owned: Range<Int>, seed: Int?) -> [Int] {
            var starts: [Int] = []
            return RowShards(cut: cut, owned: owned, isPart: false).order(
                Batches(rows: 80, batchSize: 12, sampling: .shuffled), seed: seed, starts: &starts)
        }
        let all = order(0..<4, seed: 7)
        #expect(all.sorted() == Array(0..<80))
        let shards = (0..<4).map { shard in all.filter { cut.rows(of: shard).contains($0) } }
        for (shard, rows) in shards.enumerated() {
            #expect(order(shard..<shard + 1, seed: 7) == rows)
            #expect(order(shard..<shard + 1, seed: nil) == Array(cut.rows(of: shard)))
        }
        let places = shards.enumerated().map { shard, rows in rows.map { $0 - cut.rows(of: shard).lowerBound } }
        #expect(Set(places).count == 4)
        #expect(order(0..<4, seed: 8) != all)
        #expect(RowShards(cut: cut, owned: 2..<4, isPart: true).firstRow == 40)
    }
}
