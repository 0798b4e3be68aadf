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

    /// The processes of an MPI job.
    public final class Communicator: ProcessGroup, @unchecked Sendable {
        public let rank: Int
        public let size: Int
        /// The number of processes on this machine.
        public let localSize: Int

        private var handle: CMPICommunicator
        private let watch: Watch
        /// Counts and displacements as MPI takes them, kept so that a call allocates nothing.
        private var counts: [Int32]
        private var places: [Int32]
        private var resultCounts: [Int32]
        private var resultPlaces: [Int32]

        init(patience: Duration) throws(PerceptronError) {
            handle = CMPICommunicator()
            try MPI.check(cmpi_duplicate_world(&handle), "MPI_Comm_dup")
            var (rank, size, localSize): (Int32, Int32, Int32) = (0, 1, 1)
            try MPI.check(cmpi_rank(handle, &rank), "MPI_Comm_rank")
            try MPI.check(cmpi_size(handle, &size), "MPI_Comm_size")
            try MPI.check(cmpi_local_size(handle, &localSize), "MPI_Comm_split_type")
            (self.rank, self.size, self.localSize) = (Int(rank), Int(size), Int(localSize))
            counts = [Int32](repeating: 0, count: Int(size))
            places = counts
            resultCounts = counts
            resultPlaces = counts
            watch = Watch(patience: patience, process: "process \(rank) of \(size)")
        }

        func close() throws(PerceptronError) {
            // Otherwise a process that has ended would look like one that was killed to those that are still sending.
            try barrier()
            watch.end()
            try MPI.check(cmpi_free(&handle), "MPI_Comm_free")
        }

        /// The number of threads for each process, if the processes on a machine share it: for `train(threads:)`. If
        /// `mpirun` has bound a process to certain processors, it has these to itself.
        public var threads: Int {
            let all = Communicator.processorsOfMachine
            let own = BLAS.processors
            return own < all ? own : max(1, all / localSize)
        }

        private static var processorsOfMachine: Int { max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }

        /// Ends all processes of the job, after writing a message with this process's number to stderr.
        public func abort(_ message: String) -> Never {
            StandardError.write("process \(rank) of \(size): \(message)\n")
            cmpi_abort(handle, 1)
            exit(1)
        }

        /// Waits until all processes have reached this call.
        public func barrier() throws(PerceptronError) {
            try call("MPI_Barrier") { cmpi_barrier(handle) }
        }

        // MARK: ProcessGroup

        public func exchange<Scalar: BLASScalar>(
            _ values: Span<Scalar>, sent: [Range<Int>], into result: inout MutableSpan<Scalar>, received: [Range<Int>]
        ) throws(PerceptronError) {
            try set(&counts, &places, sent, of: values.count, "sent")
            try set(&resultCounts, &resultPlaces, received, of: result.count, "received")
            let code = watch.during {
                values.withUnsafeBytes { values in
                    result.withUnsafeMutableBufferPointer { result in
                        cmpi_exchange(
                            handle, type(Scalar.self), values.baseAddress, counts, places, result.baseAddress,
                            resultCounts,
                            resultPlaces)
                    }
                }
            }
            try MPI.check(code, "MPI_Alltoallv")
        }

        public func gather<Scalar: BLASScalar>(
            _ part: Span<Scalar>, into result: inout MutableSpan<Scalar>, places: [Range<Int>]
        ) throws(PerceptronError) {
            try set(&resultCounts, &resultPlaces, places, of: result.count, "gathered")
            guard part.count == places[rank].count else {
                throw .invalidArgument(
                    "process \(rank) gives \(part.count) numbers, where there is place for \(places[rank].count)")
            }
            let code = watch.during {
                part.withUnsafeBytes { part in
                    result.withUnsafeMutableBufferPointer { result in
                        cmpi_gather(
                            handle, type(Scalar.self), part.baseAddress, resultCounts[rank], result.baseAddress,
                            resultCounts, resultPlaces)
                    }
                }
            }
            try MPI.check(code, "MPI_Allgatherv")
        }

        public func sum<Scalar: BLASScalar>(_ values: inout MutableSpan<Scalar>) throws(PerceptronError) {
            let count = try int32(values.count)
            let code = watch.during {
                values.withUnsafeMutableBufferPointer { cmpi_sum(handle, type(Scalar.self), $0.baseAddress, count) }
            }
            try MPI.check(code, "MPI_Allreduce")
        }

        public func broadcast(_ bytes: inout MutableSpan<UInt8>, from root: Int) throws(PerceptronError) {
            guard (0..<size).contains(root) else {
                throw .invalidArgument(
                    "process \(root) of \(size) is to broadcast (counted from 0); there is none such")
            }
            let count = try int32(bytes.count)
            let code = watch.during {
                bytes.withUnsafeMutableBufferPointer { cmpi_broadcast(handle, $0.baseAddress, count, Int32(root)) }
            }
            try MPI.check(code, "MPI_Bcast")
        }

        private func call(_ function: String, _ body: () -> Int32) throws(PerceptronError) {
            try MPI.check(watch.during(body), function)
        }

        private func type<Scalar: BLASScalar>(_: Scalar.Type) -> CMPIType {
            Scalar.self == Double.self ? CMPI_DOUBLES : CMPI_FLOATS
        }

        /// Sets counts and displacements to those of ranges, one for each process, within `count` numbers.
        private func set(
            _ counts: inout [Int32], _ places: inout [Int32], _ ranges: [Range<Int>], of count: Int, _ name: String
        ) throws(PerceptronError) {
            guard ranges.count == size else {
                throw .invalidArgument("\(ranges.count) stretches are \(name) by \(size) processes; each needs one")
            }
            _ = try int32(count)
            for (process, range) in ranges.enumerated() {
                guard range.lowerBound >= 0, range.upperBound <= count else {
                    throw .invalidArgument("\(range) of \(count) numbers are \(name)")
                }
                counts[process] = Int32(range.count)
                places[process] = Int32(range.lowerBound)
            }
        }

        private func int32(_ count: Int) throws(PerceptronError) -> Int32 {
            guard let result = Int32(exactly: count) else {
                throw .invalidArgument("\(count) numbers are to be sent at once; MPI counts to \(Int32.max)")
            }
            return result
        }
    }
#endif
