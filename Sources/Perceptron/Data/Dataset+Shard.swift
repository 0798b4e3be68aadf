extension ProcessGroup {
    /// The rows that this process needs out of `count`, if they are cut into shards, so that it can read only these.
    ///
    /// They are contiguous; a process may need none.
    /// - Parameters:
    ///   - count: the number of all rows.
    ///   - shards: the same number as in training.
    public func rows(of count: Int, shards: Int = 8) -> Range<Int> {
        precondition(count >= 0 && shards > 0, "\(count) rows in \(shards) shards")
        return ShardCut(rows: count, shards: shards).rows(of: ShardCut.owned(of: shards, rank: rank, size: size))
    }
}

extension Dataset {
    /// A copy of the rows of this process's shards, for training `across` the group when each process has only its own
    /// rows.
    ///
    /// Training gives the same bits as on all rows. Split off the rows for validation first.
    /// - Parameters:
    ///   - group: the processes, all of which now have the same rows.
    ///   - shards: the same number as in training.
    /// - Throws: `PerceptronError.invalidArgument` if there is less than 1 shard.
    public func shard(of group: any ProcessGroup, shards: Int = 8) throws(PerceptronError) -> Dataset {
        guard shards > 0 else { throw .invalidArgument("shards are \(shards); at least 1 is needed") }
        let places = group.rows(of: rows, shards: shards).map { indices?[$0] ?? $0 }
        return try Dataset(
            storage: Storage(
                inputs: storage.inputs.rows(places), targets: storage.targets?.rows(places),
                weights: storage.weights.map { all in places.map { all[$0] } }, columns: columns,
                targetNames: targetNames, labelNames: labelNames,
                groups: storage.groups.map { all in places.map { all[$0] } })
        ).shard(of: group, rows: rows, shards: shards)
    }

    /// Marks these rows as those of this process's shards, if it has read no others: the rows `group.rows(of: rows)` of
    /// all.
    ///
    /// ```swift
    /// let range = communicator.rows(of: 60_000)
    /// let own = try Dataset(inputs: rows(range), targets: labels(range)).shard(of: communicator, rows: 60_000)
    /// try model.train(on: own, loss: CrossEntropy(), epochs: 5, across: communicator)
    /// ```
    /// - Parameters:
    ///   - group: the processes.
    ///   - count: the number of rows that they have together.
    ///   - shards: the same number as in training.
    /// - Throws: `PerceptronError.shapeMismatch` if this is not the number of rows that the process needs.
    public func shard(
        of group: any ProcessGroup, rows count: Int, shards: Int = 8
    ) throws(PerceptronError) -> Dataset {
        guard shards > 0, count >= 0 else {
            throw .invalidArgument("\(counted(count, "row")) in \(counted(shards, "shard")); at least 1 is needed")
        }
        let expected = group.rows(of: count, shards: shards)
        guard rows == expected.count, indices == nil else {
            throw .shapeMismatch(
                "process \(group.rank) of \(group.size) has \(counted(rows, "row")); of \(count) in "
                    + "\(counted(shards, "shard")) it needs \(expected.count)")
        }
        let owned = ShardCut.owned(of: shards, rank: group.rank, size: group.size)
        return Dataset(
            storage: Storage(
                inputs: storage.inputs, targets: storage.targets, weights: storage.weights, columns: columns,
                targetNames: targetNames, labelNames: labelNames, groups: storage.groups,
                part: RowPart(rows: count, shards: shards, owned: owned)))
    }
}
