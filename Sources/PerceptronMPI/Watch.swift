#if MPI
    import Dispatch
    import Synchronization

    #if canImport(Glibc)
        import Glibc
    #elseif canImport(Musl)
        import Musl
    #elseif canImport(Darwin)
        import Darwin
    #endif

    /// Ends a process that waits for the others for too long: MPI itself waits for ever where a network is gone.
    final class Watch: Sendable {
        /// When the call that is under way began, in nanoseconds; 0 if none is.
        private let start = Atomic<UInt64>(0)
        private let timer: any DispatchSourceTimer & Sendable

        init(patience: Duration, process: String) {
            let seconds = Double(patience.components.seconds) + Double(patience.components.attoseconds) * 1e-18
            let source = DispatchSource.makeTimerSource(queue: DispatchQueue(label: "swift-perceptron.mpi"))
            timer = source
            let interval = min(10, max(0.05, seconds / 10))
            source.schedule(deadline: .now() + interval, repeating: interval)
            source.setEventHandler { [weak self] in
                guard let self else { return }
                let start = self.start.load(ordering: .relaxed)
                let now = DispatchTime.now().uptimeNanoseconds
                guard start > 0, now > start, Double(now - start) > seconds * 1e9 else { return }
                Watch.write("\(process): has waited \(seconds) s for the others, which don't answer\n")
                // The thread that waits is within MPI, which another must not call then; mpirun ends the others.
                _exit(1)
            }
            source.resume()
        }

        func end() { timer.cancel() }

        /// Does something that waits for others.
        func during<Result>(_ body: () -> Result) -> Result {
            start.store(DispatchTime.now().uptimeNanoseconds, ordering: .relaxed)
            defer { start.store(0, ordering: .relaxed) }
            return body()
        }

        static func write(_ text: String) {
            let bytes = Array(text.utf8)
            _ = bytes.withUnsafeBytes {
                #if canImport(Glibc)
                    Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count)
                #elseif canImport(Musl)
                    Musl.write(STDERR_FILENO, $0.baseAddress, $0.count)
                #elseif canImport(Darwin)
                    Darwin.write(STDERR_FILENO, $0.baseAddress, $0.count)
                #endif
            }
        }
    }
#endif
