#if MPI
    import Dispatch
    import Perceptron
    import Synchronization

    #if canImport(Glibc)
        import Glibc
    #elseif canImport(Musl)
        import Musl
    #elseif canImport(Darwin)
        import Darwin
    #endif

    /// Ends a process that has waited too long for the others: MPI itself waits forever if the network is gone.
    final class Watch: Sendable {
        /// When the current call began, in nanoseconds; 0 if there is none.
        private let start = Atomic<UInt64>(0)
        private let hasEnded = Atomic<Bool>(false)
        private let seconds: Double
        private let process: String
        private let queue = DispatchQueue(label: "swift-perceptron.mpi")

        init(patience: Duration, process: String) {
            seconds = Double(patience.components.seconds) + Double(patience.components.attoseconds) * 1e-18
            self.process = process
            lookLater()
        }

        func end() { hasEnded.store(true, ordering: .relaxed) }

        private func lookLater() {
            queue.asyncAfter(deadline: .now() + min(10, max(0.05, seconds / 10))) { [weak self] in self?.look() }
        }

        private func look() {
            if hasEnded.load(ordering: .relaxed) { return }
            let (start, now) = (start.load(ordering: .relaxed), DispatchTime.now().uptimeNanoseconds)
            guard start > 0, now > start, Double(now - start) > seconds * 1e9 else { return lookLater() }
            StandardError.write("\(process): has waited \(seconds) s for the others, which don't answer\n")
            // The waiting thread is inside MPI, so this one must not call it; mpirun ends the other processes.
            _exit(1)
        }

        /// Runs something that waits for the others.
        func during<Result>(_ body: () -> Result) -> Result {
            start.store(DispatchTime.now().uptimeNanoseconds, ordering: .relaxed)
            defer { start.store(0, ordering: .relaxed) }
            return body()
        }
    }
#endif
