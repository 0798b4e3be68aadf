extension Engine {
    /// Like `step`, but shard by shard and across processes: all of them update with the same gradient.
    func step(
        _ source: some BatchSource<Scalar>, step: Int, isLast: Bool, averaging decay: Double?,
        _ work: EngineSharding<Scalar>
    ) throws(PerceptronError) -> Double {
        let (places, rows) = (source.batches.range(step: step), own(source, step: step, work))
        work.weight = try weight(of: rows, places, work)
        let loss = try differentiating { () throws(PerceptronError) in try differentiate(rows, places, work) }
        try finishStep(weight: work.weight, isLast: isLast, averaging: decay)
        return loss
    }

    /// Adds the shards of a batch to the batch statistics.
    func addToStatistics(
        _ source: some BatchSource<Scalar>, step: Int, _ work: EngineSharding<Scalar>
    ) throws(PerceptronError) {
        let (places, rows) = (source.batches.range(step: step), own(source, step: step, work))
        try forEachShard(rows, places, work, weight: Double(places.count)) { plan, batch, shard, slot in
            if let plan, let batch { run(batch.isGathered ? plan.gatheringForward : plan.forward) }
            work.set(0, shard: shard)
        }
        _ = try work.sumOfNumbers()
        try finishState(work)
        endStatisticsOfBatch()
    }

    /// This process's rows of a batch; nil if they can't be read, which every process then learns.
    private func own(_ source: some BatchSource<Scalar>, step: Int, _ work: EngineSharding<Scalar>) -> Batch<Scalar>? {
        do throws(PerceptronError) {
            return try source.batch(step: step)
        } catch {
            work.fail(error)
            return nil
        }
    }

    /// The number of rows that a batch counts for.
    private func weight(
        of rows: Batch<Scalar>?, _ places: Range<Int>, _ work: EngineSharding<Scalar>
    ) throws(PerceptronError) -> Double {
        guard work.isWeighted else { return Double(places.count) }
        var start = 0
        for shard in work.sharding.owned {
            guard let rows else { break }
            let count = work.cut.turns(of: shard, at: places).count
            work.set(batch.weight(of: rows.part(start..<start + count)), shard: shard)
            start += count
        }
        return try work.sumOfNumbers()
    }

    /// Computes the mean loss of the batch, which it returns, and the gradient.
    private func differentiate(
        _ rows: Batch<Scalar>?, _ places: Range<Int>, _ work: EngineSharding<Scalar>
    ) throws(PerceptronError) -> Double {
        try forEachShard(rows, places, work, weight: work.weight) { plan, batch, shard, slot in
            guard let plan, let batch else {
                work.set(0, shard: shard)
                return work.gradients.clear(slot: slot)
            }
            run(batch.isGathered ? plan.gatheringStep : plan.step)
            work.set(loss.sum(tiles: plan.lossTiles), shard: shard)
            gradientTarget = work.gradients.memory(slot: slot)
            run(plan.parameterGradients)
            gradientTarget = nil
        }
        // Before any gradients are sent: these numbers also tell whether a process has failed and has no gradients.
        let sum = try work.sumOfNumbers()
        let mean = try checkedLoss(
            sum * loss.scale(rows: places.count, weight: work.isWeighted ? work.weight : nil))
        try work.gradients.finish()
        try finishState(work)
        try endGradients(ofBatch: places.count)
        return mean
    }

    /// Calls `body` for each of this process's shards of a batch, with the shard's plan and rows if it has any; adds up
    /// gradients and state along the tree.
    private func forEachShard(
        _ rows: Batch<Scalar>?, _ places: Range<Int>, _ work: EngineSharding<Scalar>, weight: Double,
        _ body: (_ plan: Plan?, _ batch: Batch<Scalar>?, _ shard: Int, _ slot: Int) -> Void
    ) throws(PerceptronError) {
        guard let rows else { return }
        var firstRow = 0
        for shard in 0..<work.sharding.owned.lowerBound { firstRow += work.cut.turns(of: shard, at: places).count }
        var start = 0
        for action in work.actions {
            switch action {
            case .add(let slot):
                work.gradients.add(slot: slot)
                work.state.add(slot: slot)
            case .compute(let shard, let slot):
                let count = work.cut.turns(of: shard, at: places).count
                state.begin()
                if count > 0 {
                    let part = rows.part(start..<start + count)
                    batch.whole = WholeBatch(rows: places.count, weight: weight, firstRow: firstRow + start)
                    batch.begin(part)
                    body(plan(rows: count), part, shard, slot)
                    batch.end()
                    batch.whole = nil
                } else {
                    body(nil, nil, shard, slot)
                }
                work.addState(
                    state.next, slot: slot, share: Double(count) / Double(places.count),
                    isFirst: count > 0 && firstRow + start == 0)
                start += count
            }
        }
    }

    /// Replaces the state after the batch by that of all shards.
    private func finishState(_ work: EngineSharding<Scalar>) throws(PerceptronError) {
        guard state.next.count > 0 else { return }
        try work.state.finish()
        state.next.copy(from: work.stateSum)
    }
}
