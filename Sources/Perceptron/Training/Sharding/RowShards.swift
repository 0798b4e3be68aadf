/// The rows of a process that has only those of its own shards.
struct RowPart: Equatable, Sendable {
    /// The number of rows that all processes have together.
    let rows: Int
    let shards: Int
    let owned: Range<Int>
}

/// The rows of a process's shards, and their order in an epoch.
struct RowShards: Sendable {
    let cut: ShardCut
    let owned: Range<Int>
    /// The index of the first row in memory: 0, unless the process has only the rows of its own shards.
    let firstRow: Int

    init(cut: ShardCut, owned: Range<Int>, isPart: Bool) {
        self.cut = cut
        self.owned = owned
        firstRow = isPart ? cut.rows(of: owned).lowerBound : 0
    }

    /// What determines the order of an epoch: one number, or none if rows stay in order.
    static func drawOrder(_ sampling: Sampling, using generator: inout RandomGenerator) -> [Int] {
        let seed = Int(bitPattern: UInt(truncatingIfNeeded: generator.next()))
        return sampling == .inOrder ? [] : [seed]
    }

    static func accepts(_ order: [Int], _ sampling: Sampling) -> Bool { order.count == (sampling == .inOrder ? 0 : 1) }

    /// The generator that a shard's order in an epoch is drawn from; it doesn't depend on what other shards draw.
    static func generator(ofShard shard: Int, seed: Int) -> RandomGenerator {
        RandomGenerator(seed: RandomGenerator(seed: UInt64(UInt(bitPattern: seed))).seed(shard))
    }

    /// The rows that the steps of an epoch take from these shards, counted from the first in memory: step by step, and
    /// shard by shard within a step.
    /// - Parameters:
    ///   - seed: the number drawn for the epoch; if nil, rows stay in order.
    ///   - starts: where the rows of each step begin, followed by the end.
    func order(_ batches: Batches, seed: Int?, starts: inout [Int]) -> [Int] {
        let places = (0..<batches.steps).map { batches.range(step: $0) }
        let orders = owned.map { shard in
            var rows = Array(cut.rows(of: shard))
            guard let seed else { return rows }
            var generator = RowShards.generator(ofShard: shard, seed: seed)
            if batches.sampling == .withReplacement {
                return cut.turns(of: shard, at: places[0]).map { _ in rows[generator.nextInteger(below: rows.count)] }
            }
            generator.shuffle(&rows)
            return rows
        }
        var order: [Int] = []
        starts.removeAll(keepingCapacity: true)
        for places in places {
            starts.append(order.count)
            for (shard, rows) in zip(owned, orders) {
                for turn in cut.turns(of: shard, at: places) { order.append(rows[turn] - firstRow) }
            }
        }
        starts.append(order.count)
        return order
    }
}

extension Sharding {
    /// Throws unless a process's rows are those of its shards, and validation and metrics need no other rows.
    func check<Scalar>(
        _ part: RowPart?, validation: Validation<Scalar>?, metrics: [Metric]
    ) throws(PerceptronError) {
        guard let part else { return }
        guard part.shards == shards, part.owned == owned else {
            throw .invalidArgument(
                "the rows are those of shards \(part.owned.lowerBound) to \(part.owned.upperBound - 1) of \(part.shards) "
                    + "(counted from 0); this process trains on shards \(owned.lowerBound) to \(owned.upperBound - 1) of "
                    + "\(shards)")
        }
        if case .fraction = validation?.source {
            throw .invalidArgument(
                "a fraction of rows can't be drawn where each process has its own; split them before 'shard', and give "
                    + "the held-out rows as validation: .rows(…)")
        }
        guard validation != nil || metrics.isEmpty else {
            throw .invalidArgument("metrics of rows that each process has its own of need validation: .rows(…)")
        }
    }
}

extension Trainer {
    /// Throws in all processes unless they start with the same settings, parameters and state.
    func checkAgreement(
        _ sharding: Sharding, _ batches: Batches, _ options: TrainingOptions<Scalar>, _ run: TrainingRun<Scalar>
    ) throws(PerceptronError) {
        var parameters = Fingerprint()
        parameters.add(engine.parameters.values.memory.span(0..<engine.parameters.values.count))
        parameters.add(engine.state.values.memory.span(0..<engine.state.values.count))
        var optimizer = Fingerprint()
        // Not its description, because those of functions and dictionaries differ between processes.
        optimizer.add(engine.parameters.optimizer.name)
        for stretch in engine.parameters.stretches {
            optimizer.add([Double(stretch.range.upperBound), stretch.rateFactor, stretch.weightDecay].span)
        }
        for vector in engine.parameters.optimizerState { optimizer.add(vector.memory.span(0..<vector.count)) }
        var generator = Fingerprint()
        for word in self.generator.words { generator.add(word) }
        var settings = Fingerprint()
        for setting in run.settings { settings.add(setting.name + setting.value) }
        settings.add("\(options.earlyStopping.map { "\($0)" } ?? "") \(options.gradientSum)")
        try sharding.checkAgreement([
            ("number of shards", UInt64(sharding.shards)),
            ("number of parameters", UInt64(engine.parameters.values.count)),
            ("number of rows", UInt64(batches.rows)),
            ("batch size", UInt64(batches.batchSize)),
            ("sampling", Fingerprint.of(batches.sampling.rawValue)),
            ("number of epochs", UInt64(options.epochs)),
            ("loss", Fingerprint.of(engine.loss.name)),
            ("list of metrics", Fingerprint.of(options.metrics.map(\.name).joined(separator: "\n"))),
            ("validation", options.validation == nil ? 0 : 1),
            ("seed", generator.bits),
            ("optimizer or state of it", optimizer.bits),
            ("setting of the run", settings.bits),
            ("model or parameters", parameters.bits),
            ("place in the run", UInt64(run.epoch) << 32 | UInt64(run.step)),
        ])
    }
}
