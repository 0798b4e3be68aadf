/// Successive halving: of many settings that are tried for a few epochs, a third is tried for three times as many.
struct SettingsSearch<Scalar: BLASScalar>: Sendable {
    let recipe: TabularRecipe
    /// The first that are tried.
    let own: TabularSettings
    let table: PreparedTable<Scalar>
    let budget: TuningBudget
    let seed: UInt64
    let callbacks: [TrainingCallback<Scalar>]
    let progress: Progress
    let threads: Int
    /// The processes among which the trials are dealt.
    var across: (any ProcessGroup)?

    /// A third of the settings gets into the next round.
    private static var share: Int { 3 }
    private static var mostRounds: Int { 3 }

    /// What a trial ends in.
    private enum Outcome: Sendable {
        case trial(Tuning.Trial)
        /// The loss did not stay finite.
        case diverged
        /// There was no time for it.
        case leftOut
        /// A callback ended it, and with it the search.
        case stopped

        /// What one process tells the others of it.
        var numbers: [Double] {
            switch self {
            case .trial(let trial): [0, trial.value, trial.loss]
            case .diverged: [1]
            case .leftOut: [2]
            case .stopped: [3]
            }
        }

        init(_ numbers: [Double], number: Int, settings: TabularSettings, epochs: Int) {
            switch numbers[0] {
            case 0:
                self = .trial(
                    Tuning.Trial(
                        number: number, settings: settings, epochs: epochs, value: numbers[1], loss: numbers[2]))
            case 1: self = .diverged
            case 2: self = .leftOut
            default: self = .stopped
            }
        }
    }

    private var metric: Metric { table.shape.hasClasses ? .accuracy : .rootMeanSquaredError }

    func callAsFunction() throws(PerceptronError) -> Tuning {
        let clock = ContinuousClock()
        let start = clock.now
        var generator = RandomGenerator(seed: seed)
        let candidates = (0..<budget.candidates).map { index in
            index == 0 ? own : recipe.drawnSettings(hasClasses: table.shape.hasClasses, using: &generator)
        }
        let allEpochs = recipe.plan(for: table.shape, own).epochs
        var rounds = 1
        while rounds < Self.mostRounds, candidates.count >= Self.power(rounds) { rounds += 1 }
        var left = Array(candidates.indices)
        var trials: [Tuning.Trial] = []
        for round in 0..<rounds where left.count > 1 {
            // The fit at the end takes as long as a round.
            let limit = budget.time(Double(round + 1) / Double(rounds + 1)).map { start + $0 }
            let epochs = max(1, allEpochs / Self.power(rounds - 1 - round))
            let outcomes = try run(left.map { ($0, candidates[$0]) }, epochs: epochs, round: round + 1, until: limit)
            let found = outcomes.compactMap { if case .trial(let trial) = $0 { trial } else { nil } }.sorted(
                by: isBetter)
            trials += found
            // Where all have diverged those that came first are as good as any.
            guard !found.isEmpty else { break }
            left = found.prefix(max(1, found.count / Self.share)).map { $0.number - 1 }
            if outcomes.contains(where: { if case .stopped = $0 { true } else { false } }) { break }
        }
        return Tuning(metric: metric.name, trials: trials, best: candidates[left[0]])
    }

    private static func power(_ exponent: Int) -> Int { (0..<exponent).reduce(1) { power, _ in power * share } }

    private func isBetter(_ one: Tuning.Trial, _ other: Tuning.Trial) -> Bool {
        if one.value != other.value { return metric.largerIsBetter ? one.value > other.value : one.value < other.value }
        return one.loss != other.loss ? one.loss < other.loss : one.number < other.number
    }

    /// The trials of a round, side by side.
    private func run(
        _ candidates: [(index: Int, settings: TabularSettings)], epochs: Int, round: Int,
        until limit: ContinuousClock.Instant?
    ) throws(PerceptronError) -> [Outcome] {
        let isStopped = Locked(false)
        let group = across ?? SingleProcess()
        let numbers = try group.map(candidates.count, threads: threads) { place, _ throws(PerceptronError) in
            try outcome(place).numbers
        }
        return zip(numbers, candidates).map { Outcome($0, number: $1.index + 1, settings: $1.settings, epochs: epochs) }

        @Sendable func outcome(_ place: Int) throws(PerceptronError) -> Outcome {
            if isStopped.withLock({ $0 }) { return .stopped }
            if let limit, place >= group.size, ContinuousClock().now >= limit { return .leftOut }
            let (index, settings) = candidates[place]
            let outcome = try trial(index + 1, settings, epochs: epochs)
            switch outcome {
            case .stopped: isStopped.withLock { $0 = true }
            case .trial(let trial):
                report(
                    "Round \(round), trial \(place + 1) of \(epochs) epochs: \(metric.name)="
                        + "\(ProgressDisplay.short(trial.value)) with \(settings)")
            case .diverged: report("Round \(round), trial \(place + 1): diverged with \(settings)")
            case .leftOut: break
            }
            return outcome
        }
    }

    /// All are trained from one seed: they differ by their settings alone.
    private func trial(
        _ number: Int, _ settings: TabularSettings, epochs: Int
    ) throws(PerceptronError) -> Outcome {
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
        ProgressDisplay.write(line + "\n")
    }
}
