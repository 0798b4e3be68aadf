import Perceptron
import Synchronization

#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Requests to end the command: Ctrl-C (SIGINT) or `kill` (SIGTERM).
enum Interruption {
    fileprivate static let received = Atomic<Int32>(0)
    /// The signal that training has ended for; 0 if there is none.
    private static let obeyed = Atomic<Int32>(0)
    private static let signals = [SIGINT, SIGTERM]

    /// Calls `body` with a callback that ends training when a signal arrives; a second signal ends the process at once.
    /// - Returns: the number of the signal, if one ended training.
    static func noting(
        _ body: (TrainingCallback<Float>) throws(PerceptronError) -> Void
    ) throws(PerceptronError) -> Int32? {
        // Initializes the atomic before a handler writes to it.
        received.store(0, ordering: .relaxed)
        obeyed.store(0, ordering: .relaxed)
        for number in signals { signal(number, note) }
        defer { for number in signals { signal(number, SIG_DFL) } }
        try body(
            .everyStep { _ in
                let number = received.load(ordering: .relaxed)
                if number == 0 { return .proceed }
                obeyed.store(number, ordering: .relaxed)
                return .stop
            })
        let number = obeyed.load(ordering: .relaxed)
        return number == 0 ? nil : number
    }
}

/// The signal handler, which does only what is async-signal-safe.
private func note(_ number: Int32) {
    Interruption.received.store(number, ordering: .relaxed)
    signal(number, SIG_DFL)
}
