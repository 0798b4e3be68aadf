import ArgumentParser
import Perceptron

#if MPI
    import PerceptronMPI
#endif

/// The other processes with which a command shares its work.
struct ProcessOptions: ParsableArguments {
    @Flag(
        help: "Share the work with the other processes that mpirun has started: 'mpirun -n 4 perceptron train … --mpi'."
    )
    var mpi = false

    /// The line about the processes in a command's results.
    func described(_ group: (any ProcessGroup)?) -> [(name: String, value: String)] {
        group.map { [("Processes", "\($0.size)")] } ?? []
    }

    /// Calls `body` with the processes and the number of threads for each; without `--mpi`, the group is nil.
    ///
    /// All processes but the first are silent.
    func run(threads: Int?, _ body: (_ group: (any ProcessGroup)?, _ threads: Int?) throws -> Void) throws {
        guard mpi else { return try body(nil, threads) }
        #if MPI
            try MPI.run { communicator in
                if communicator.rank > 0 { Terminal.beSilent() }
                try body(communicator, threads ?? communicator.threads)
            }
        #else
            throw PerceptronError.invalidArgument(
                "--mpi: this perceptron was built without MPI; 'Scripts/install --mpi' builds one that has it")
        #endif
    }
}

extension Optional where Wrapped == any ProcessGroup {
    /// Whether this is the process that writes output.
    var isFirst: Bool { self?.rank ?? 0 == 0 }
}
