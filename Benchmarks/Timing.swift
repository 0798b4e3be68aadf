/// Seconds per call, in several repetitions.
struct Timing {
    /// In the order in which they were measured; at least one.
    let seconds: [Double]

    var median: Double { Timing.median(seconds) }
    var minimum: Double { seconds.min()! }

    /// How long and how often to measure.
    struct Effort {
        /// An odd number, so that the median is one of them.
        let repetitions: Int
        /// The least that a repetition takes: short calls are made so often that it does.
        let secondsPerRepetition: Double
        /// A first call that takes longer is all there is time for; else it only warms up.
        var patience = Double.infinity
    }

    /// Times `body`, which makes as many calls as it is told, after some calls to warm up.
    init(_ effort: Effort, _ body: (_ calls: Int) throws -> Void) rethrows {
        let first = try Timing.elapsed(1, body)
        if first > effort.patience {
            seconds = [first]
        } else {
            let calls = try Timing.calls(effort, first, body)
            seconds = try (0..<effort.repetitions).map { _ in try Timing.elapsed(calls, body) / Double(calls) }
        }
    }

    init(seconds: [Double]) { self.seconds = seconds }

    /// Times two ways to do the same in turn, so that whatever slows the machine down meets both.
    ///
    /// - Returns: both timings, and the median of first/second over the repetitions.
    static func compare<State: ~Copyable>(
        _ effort: Effort, _ state: inout State, _ first: (inout State, _ calls: Int) throws -> Void,
        _ second: (inout State, _ calls: Int) throws -> Void
    ) rethrows -> (first: Timing, second: Timing, ratio: Double) {
        try second(&state, 1)
        let calls = try calls(effort, elapsed(1) { try first(&state, $0) }) { try first(&state, $0) }
        var seconds: (first: [Double], second: [Double]) = ([], [])
        for repetition in 0..<effort.repetitions {
            // Each goes ahead as often as the other, for the first may find colder caches.
            let order = repetition.isMultiple(of: 2) ? [true, false] : [false, true]
            for isFirst in order {
                let time = try elapsed(calls) { try isFirst ? first(&state, $0) : second(&state, $0) } / Double(calls)
                if isFirst { seconds.first.append(time) } else { seconds.second.append(time) }
            }
        }
        let ratio = median(zip(seconds.first, seconds.second).map { $0 / $1 })
        return (Timing(seconds: seconds.first), Timing(seconds: seconds.second), ratio)
    }

    /// The number of calls that fills a repetition, where one took `first` seconds.
    private static func calls(_ effort: Effort, _ first: Double, _ body: (Int) throws -> Void) rethrows -> Int {
        var calls = 1
        var seconds = first
        while seconds < effort.secondsPerRepetition {
            // Not much more than is missing, and at most ten times as many: a first call says little.
            let wanted = Double(calls) * 1.1 * effort.secondsPerRepetition / max(seconds, 1e-9)
            calls = max(calls + 1, Int(min(wanted, Double(calls) * 10)))
            seconds = try elapsed(calls, body)
        }
        return calls
    }

    private static func elapsed(_ calls: Int, _ body: (Int) throws -> Void) rethrows -> Double {
        let duration = try ContinuousClock().measure { try body(calls) }
        return Double(duration.components.seconds) + 1e-18 * Double(duration.components.attoseconds)
    }

    private static func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }
}
