/// How rows are cut into logical shards: contiguous ranges that depend on nothing but the number of rows and of shards.
///
/// An epoch takes rows from all shards in turn: its position p belongs to shard p mod S. So the numbers of rows that a
/// batch has from two shards differ by at most one.
struct ShardCut: Equatable, Sendable {
    let rows: Int
    let shards: Int

    /// The rows of a shard; the first shards may have one more than the last ones.
    func rows(of shard: Int) -> Range<Int> {
        let (most, left) = rows.quotientAndRemainder(dividingBy: shards)
        let start = shard * most + min(shard, left)
        return start..<start + most + (shard < left ? 1 : 0)
    }

    /// The rows of consecutive shards.
    func rows(of shards: Range<Int>) -> Range<Int> {
        if shards.isEmpty { return 0..<0 }
        return rows(of: shards.lowerBound).lowerBound..<rows(of: shards.upperBound - 1).upperBound
    }

    /// Which of a shard's rows, in its own order, are at the given positions of an epoch.
    func turns(of shard: Int, at places: Range<Int>) -> Range<Int> {
        let count = turns
        if shard >= count { return 0..<0 }
        func before(_ place: Int) -> Int { max(0, (place - shard + count - 1) / count) }
        return before(places.lowerBound)..<before(places.upperBound)
    }

    /// The number of shards that take turns: those that have rows.
    private var turns: Int { max(1, min(shards, rows)) }

    /// The largest number of rows that the given shards have in a batch of `count` rows.
    func mostRows(of shards: Range<Int>, ofBatch count: Int) -> Int { shards.count * ((count + turns - 1) / turns) }

    /// The smallest number of rows, other than none, that a shard has in a batch of `count` rows.
    func leastRows(ofBatch count: Int) -> Int { max(1, count / turns) }

    /// The shards of a process, which are consecutive.
    ///
    /// The halves of the processes get the halves of the tree, for as long as their number is even: if it is a power of
    /// two, each process gets one node.
    static func owned(of shards: Int, rank: Int, size: Int) -> Range<Int> {
        var (node, rank, size) = (0..<shards, rank, size)
        while size.isMultiple(of: 2) {
            size /= 2
            let middle = ShardTree.middle(node)
            node = rank < size ? node.lowerBound..<middle : middle..<node.upperBound
            if rank >= size { rank -= size }
        }
        return node.lowerBound + rank * node.count / size..<node.lowerBound + (rank + 1) * node.count / size
    }
}
