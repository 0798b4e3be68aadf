#if MPI
    import CMPI
    import Perceptron

    #if canImport(Glibc)
        import Glibc
    #elseif canImport(Musl)
        import Musl
    #elseif canImport(Darwin)
        import Darwin
    #endif

    /// Runs a program as several processes, which `mpirun` starts.
    public enum MPI {
        /// Runs `body` with all processes of the job; without `mpirun`, the process is the only one.
        ///
        /// ```swift
        /// try MPI.run { communicator in
        ///     var model = try MLP<Float>([Linear(784, 128), ReLU(), Linear(128, 10), Softmax()], seed: 1)
        ///     try model.train(inputs: x, targets: y, loss: CrossEntropy(), epochs: 5, across: communicator)
        ///     if communicator.rank == 0 { try model.save(to: file) }
        /// }
        /// ```
        /// An error that `body` throws in one of several processes ends them all: the message goes to stderr with the
        /// number of the process, and `mpirun` exits with a status other than 0. Call `run` only once in a program. Any
        /// thread may call the functions of the communicator, but only one at a time.
        /// - Parameters:
        ///   - patience: how long a process waits for the others at most, for instance if the network between them
        ///     fails; then it ends the job in the same way. It must be longer than the first process needs for
        ///     validation rows and callbacks, for which the others wait.
        ///   - body: what each process does.
        /// - Throws: `PerceptronError.invalidState` if MPI can't be initialised or was already used; what `body` throws
        ///   if there is only one process.
        public static func run<Result>(
            patience: Duration = .seconds(1800), _ body: (Communicator) throws -> Result
        ) throws -> Result {
            guard !cmpi_is_finalized() else {
                throw PerceptronError.invalidState("MPI.run was called before; MPI can't be initialised again")
            }
            let isGuest = cmpi_is_initialized()
            if !isGuest {
                var isEnough = false
                try check(cmpi_initialize(&isEnough), "MPI_Init_thread")
                guard isEnough else {
                    throw PerceptronError.invalidState(
                        "\(libraryVersion) can't be called by more than one thread; MPI_THREAD_SERIALIZED is needed")
                }
            }
            let communicator = try Communicator(patience: patience)
            let result: Result
            do {
                result = try body(communicator)
                try communicator.close()
            } catch {
                if communicator.size > 1 { communicator.abort("\(error)") }
                if !isGuest { _ = cmpi_finalize() }
                throw error
            }
            if !isGuest { try check(cmpi_finalize(), "MPI_Finalize") }
            return result
        }

        /// The library and its version, such as "Open MPI v4.1.4".
        public static var libraryVersion: String {
            let text = text { cmpi_version_text($0) }
            return String(text.prefix { $0 != "," && $0 != "\n" })
        }

        /// Throws unless a call succeeded.
        static func check(_ code: Int32, _ function: String) throws(PerceptronError) {
            if code == cmpi_success { return }
            throw .invalidState("\(function): \(text { cmpi_error_text(code, $0) })")
        }

        private static func text(_ write: (UnsafeMutablePointer<CChar>) -> Void) -> String {
            withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(CMPI_TEXT_SIZE) + 1) { buffer in
                buffer.initialize(repeating: 0)
                write(buffer.baseAddress!)
                return String(cString: buffer.baseAddress!)
            }
        }
    }
#endif
