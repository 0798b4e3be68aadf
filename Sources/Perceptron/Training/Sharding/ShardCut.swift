/// How rows are cut into logical shards: a number of contiguous stretches, which nothing but the number of rows decides.
///
/// An epoch takes the rows in turn from all shards: its place number p is that of shard p mod S. So every batch has
/// as many rows of one shard as of any other, or one more.
struct ShardCut: Equatable, Sendable {
    let rows: Int
    let shards: Int

    /// The rows of a shard; the first ones may have one more than the last.
    func rows(of shard: Int) -> Range<Int> {
        let (most, left) = rows.quotientAndRemainder(dividingBy: shards)
        let start = shard * most + min(shard, left)
        return start..<start + most + (shard < left ? 1 : 0)
    }

    /// The rows of shards that follow each other.
    func rows(of shards: Range<Int>) -> Range<Int> {
        if shards.isEmpty { return 0..<0 }
        return rows(of: shards.lowerBound).lowerBound..<rows(of: shards.upperBound - 1).upperBound
    }

    /// Which of a shard's rows, in its own order, are at some places of an epoch.
    /// - Parameter turns: how many shards take turns; without rows there is no turn.
    func turns(of shard: Int, at places: Range<Int>) -> Range<Int> {
        let count = turns
        if shard >= count { return 0..<0 }
        func before(_ place: Int) -> Int { max(0, (place - shard + count - 1) / count) }
        return before(places.lowerBound)..<before(places.upperBound)
    }

    /// How many shards take turns: those that have rows.
    private var turns: Int { max(1, min(shards, rows)) }

    /// The most rows that some shards have of a batch of so many.
    func mostRows(of shards: Range<Int>, ofBatch count: Int) -> Int { shards.count * ((count + turns - 1) / turns) }

    /// The fewest rows, but for none, that a shard has of a batch of so many.
    func leastRows(ofBatch count: Int) -> Int { max(1, count / turns) }

    /// The shards of a process: whole ones, which follow each other; as many as others have, or one more or less.
    ///
    /// Halves of the processes have the halves of the tree, as far as that goes: for a power of two each has one node.
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
