import Perceptron
import Synchronization

#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Whether somebody wants the command to end: by Ctrl-C (SIGINT), or by `kill` (SIGTERM).
enum Interruption {
    fileprivate static let received = Atomic<Int32>(0)
    private static let signals = [SIGINT, SIGTERM]

    /// Calls `body` with a callback that ends training when a signal comes; a second one ends the process at once.
    /// - Returns: the number of the signal, if one came.
    static func noting(
        _ body: (TrainingCallback<Float>) throws(PerceptronError) -> Void
    ) throws(PerceptronError) -> Int32? {
        // A handler must not be the first to touch what it writes to.
        received.store(0, ordering: .relaxed)
        for number in signals { signal(number, note) }
        defer { for number in signals { signal(number, SIG_DFL) } }
        try body(.everyStep { _ in received.load(ordering: .relaxed) == 0 ? .proceed : .stop })
        let number = received.load(ordering: .relaxed)
        return number == 0 ? nil : number
    }
}

/// What a signal calls: nothing but what may be done whatever it interrupts.
private func note(_ number: Int32) {
    Interruption.received.store(number, ordering: .relaxed)
    signal(number, SIG_DFL)
}
