/// Successive halving: many settings are tried for a few epochs, then the best third for three times as many.
struct SettingsSearch<Scalar: BLASScalar>: Sendable {
    let recipe: TabularRecipe
    /// The model's own settings, which are tried first.
    let own: TabularSettings
    let table: PreparedTable<Scalar>
    let budget: TuningBudget
    let seed: UInt64
    let callbacks: [TrainingCallback<Scalar>]
    let progress: Progress
    let threads: Int
    /// What is known from before an interruption, and where it is kept.
    var record: SearchRecord?
    /// The processes among which the trials are dealt.
    var across: (any ProcessGroup)?

    /// One in three settings reaches the next round.
    private static var share: Int { 3 }
    private static var mostRounds: Int { 3 }

    private var metric: Metric { table.shape.hasClasses ? .accuracy : .rootMeanSquaredError }

    /// - Returns: what was found, and whether a callback ended the search before its end.
    func callAsFunction() throws(PerceptronError) -> (tuning: Tuning, isStopped: Bool) {
        let clock = ContinuousClock()
        let start = clock.now - (record?.elapsed ?? .zero)
        var generator = RandomGenerator(seed: seed)
        let candidates = (0..<budget.candidates).map { index in
            index == 0 ? own : recipe.drawnSettings(hasClasses: table.shape.hasClasses, using: &generator)
        }
        let allEpochs = recipe.plan(for: table.shape, own).epochs
        var rounds = 1
        while rounds < Self.mostRounds, candidates.count >= Self.power(rounds) { rounds += 1 }
        var left = Array(candidates.indices)
        var trials: [Tuning.Trial] = []
        var isStopped = false
        for round in 0..<rounds where left.count > 1 {
            // The final fit takes as long as a round.
            let limit = budget.time(Double(round + 1) / Double(rounds + 1)).map { start + $0 }
            let epochs = max(1, allEpochs / Self.power(rounds - 1 - round))
            let outcomes = try run(
                left.map { ($0, candidates[$0]) }, epochs: epochs, round: round + 1, since: start, until: limit)
            isStopped = outcomes.contains { if case .stopped = $0 { true } else { false } }
            let found = outcomes.compactMap { if case .trial(let trial) = $0 { trial } else { nil } }.sorted(
                by: isBetter)
            trials += found
            // If all have diverged, the first are as good as any.
            guard !found.isEmpty else { break }
            left = found.prefix(max(1, found.count / Self.share)).map { $0.number - 1 }
            if isStopped { break }
        }
        return (Tuning(metric: metric.name, trials: trials, best: candidates[left[0]]), isStopped)
    }

    var identity: SearchRecord.Identity {
        var (trials, minutes): (Int?, Double?)
        switch budget {
        case .trials(let count): trials = count
        case .minutes(let count): minutes = count
        }
        return SearchRecord.Identity(
            recipe: recipe, settings: own, seed: seed, trials: trials, minutes: minutes, data: table.checksum)
    }

    private static func power(_ exponent: Int) -> Int { (0..<exponent).reduce(1) { power, _ in power * share } }

    private func isBetter(_ one: Tuning.Trial, _ other: Tuning.Trial) -> Bool {
        if one.value != other.value { return metric.largerIsBetter ? one.value > other.value : one.value < other.value }
        return one.loss != other.loss ? one.loss < other.loss : one.number < other.number
    }

    /// Runs the trials of a round in parallel.
    private func run(
        _ candidates: [(index: Int, settings: TabularSettings)], epochs: Int, round: Int,
        since start: ContinuousClock.Instant, until limit: ContinuousClock.Instant?
    ) throws(PerceptronError) -> [TrialOutcome] {
        let isStopped = Locked(false)
        let group = across ?? SingleProcess()
        let numbers = try group.map(candidates.count, threads: threads) { place, _ throws(PerceptronError) in
            try outcome(place).numbers
        }
        return zip(numbers, candidates).map {
            TrialOutcome($0, number: $1.index + 1, settings: $1.settings, epochs: epochs)
        }

        @Sendable func outcome(_ place: Int) throws(PerceptronError) -> TrialOutcome {
            let (index, settings) = candidates[place]
            if let known = record?.outcome(round: round, number: index + 1) { return known }
            if isStopped.withLock({ $0 }) { return .stopped }
            if let limit, place >= group.size, ContinuousClock().now >= limit { return .leftOut }
            let outcome = try trial(index + 1, settings, epochs: epochs)
            if let record, outcome.isResult {
                try record.add(
                    outcome, round: round, number: index + 1, elapsed: ContinuousClock().now - start)
            }
            switch outcome {
            case .stopped: isStopped.withLock { $0 = true }
            case .trial(let trial):
                report(
                    "Round \(round), trial \(place + 1), \(epochs) epochs: \(metric.name)="
                        + "\(ProgressDisplay.short(trial.value)) with \(settings)")
            case .diverged: report("Round \(round), trial \(place + 1): diverged with \(settings)")
            case .leftOut: break
            }
            return outcome
        }
    }

    /// All trials use the same seed, so that only their settings differ.
    private func trial(
        _ number: Int, _ settings: TabularSettings, epochs: Int
    ) throws(PerceptronError) -> TrialOutcome {
        let training = NetworkTraining(
            recipe: recipe, settings: settings, table: table, epochs: epochs, callbacks: callbacks)
        let trained: NetworkTraining<Scalar>.Trained
        do throws(PerceptronError) {
            trained = try training.train(seed: seed, progress: .silent, threads: 1)
        } catch .diverged {
            return .diverged
        }
        if trained.history.ending == .stoppedByCallback { return .stopped }
        let kept = (trained.history.keptEpoch ?? 1) - 1
        return .trial(
            Tuning.Trial(
                number: number, settings: settings, epochs: epochs,
                value: try table.evaluate(metric, trained.model, threads: 1),
                loss: trained.history.validationLosses[kept]))
    }

    private func report(_ line: String) {
        if case .silent = progress { return }
        StandardError.write(line + "\n")
    }
}
