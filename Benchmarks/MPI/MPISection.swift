#if MPI
    import Perceptron
    import PerceptronMPI

    /// What it takes processes to sum gradients, and to train together:
    /// `mpirun -n 4 Benchmarks --filter mpi`, or with less behind it: `mpi/sum`, `mpi/step`.
    struct MPISection: Section {
        let name = "mpi"
        let summary =
            "sums of gradients and training steps across processes, under mpirun; peers/gloo.py puts gloo beside them"
        let isDefault = false
        let printsJSON = false

        func cases(_ options: Options) -> [String] { ["sum", "step"] }

        func run(_ cases: [String], _ options: Options, _ report: Report) throws {
            try MPI.run { communicator in
                func print(_ text: String) { if communicator.rank == 0 { report.print(text) } }
                print("\n\(counted(communicator.size, "process", "processes")) of \(MPI.libraryVersion)")
                if cases.contains("sum") {
                    try sums(communicator, [Float.self, Double.self], options, report, print)
                }
                if cases.contains("step") { try steps(communicator, options, report, print) }
            }
        }

        // MARK: Sums

        private static let sumTable = Table(columns: [
            .init(title: "type", width: 6, isName: true), .init(title: "parameters", width: 11),
            .init(title: "sum", width: 9, isName: true), .init(title: "sent", width: 8), .init(title: "time", width: 8),
        ])

        private func sums(
            _ communicator: Communicator, _ types: [any BLASScalar.Type], _ options: Options, _ report: Report,
            _ print: (String) -> Void
        ) throws {
            print("One sum of gradients; sent by each process.\n\(Self.sumTable.header)")
            for type in types { try sum(type, communicator, options, report, print) }
        }

        private func sum<Scalar: BLASScalar>(
            _: Scalar.Type, _ communicator: Communicator, _ options: Options, _ report: Report,
            _ print: (String) -> Void
        ) throws {
            for count in options.quick ? [10_000, 1_000_000] : [10_000, 1_000_000, 10_000_000] {
                for (name, method) in [("sameBits", GradientSum.sameBits), ("fastest", .fastest)] {
                    let vector = ExchangedVector<Scalar>(
                        count: count, shards: 8, across: communicator, by: method, threads: 1)
                    // All processes must make as many calls, so none decides how many.
                    let calls = max(2, (options.quick ? 1_000_000 : 10_000_000) / count)
                    try vector()
                    let time = Timing(
                        seconds: try (0..<7).map { _ in
                            try communicator.barrier()
                            let duration = try ContinuousClock().measure { for _ in 0..<calls { try vector() } }
                            return duration / .seconds(1) / Double(calls)
                        })
                    print(
                        Self.sumTable.row([
                            "\(Scalar.self)", Format.grouped(count), name, Format.bytes(vector.bytesSent),
                            Format.duration(time.median),
                        ]))
                    guard communicator.rank == 0 else { continue }
                    try report.record([
                        "section": .string(self.name), "case": .string("sum"), "processes": .integer(communicator.size),
                        "parameters": .integer(count), "sum": .string(name), "type": .string("\(Scalar.self)"),
                        "bytes": .integer(vector.bytesSent), "us": .microseconds(time.median),
                    ])
                }
            }
        }

        // MARK: Steps

        private static let stepTable = Table(columns: [
            .init(title: "model", width: 6, isName: true), .init(title: "batch", width: 6),
            .init(title: "way", width: 22, isName: true), .init(title: "step", width: 8),
        ])

        private func steps(
            _ communicator: Communicator, _ options: Options, _ report: Report, _ print: (String) -> Void
        ) throws {
            let threads = options.threads ?? max(1, Machine.processors / communicator.size)
            print(
                "\nOne training step with Adam, Float, \(counted(threads, "thread")) for each process.\n\(Self.stepTable.header)"
            )
            for workload in StepWorkload.all where ["mnist", "deep", "wide"].contains(workload.name) {
                if options.quick, workload.name == "wide" { continue }
                var ways: [(name: String, shards: Int?, group: (any ProcessGroup)?, sum: GradientSum)] = [
                    ("8 shards", 8, communicator, .sameBits)
                ]
                if communicator.size == 1 {
                    ways.insert(("as a whole", nil, nil, .sameBits), at: 0)
                } else {
                    ways.append(("8 shards, fastest sum", 8, communicator, .fastest))
                }
                for way in ways {
                    let time = try step(workload, way.shards, way.group, way.sum, threads: threads)
                    print(
                        Self.stepTable.row([
                            workload.name, "\(workload.batch)", way.name, Format.duration(time.median),
                        ]))
                    guard communicator.rank == 0 else { continue }
                    try report.record([
                        "section": .string(self.name), "case": .string("step"), "model": .string(workload.name),
                        "processes": .integer(communicator.size), "threads": .integer(threads),
                        "way": .string(way.name), "us": .microseconds(time.median),
                    ])
                }
            }
        }

        /// The time of a step, from those of some epochs.
        private func step(
            _ workload: StepWorkload, _ shards: Int?, _ group: (any ProcessGroup)?, _ sum: GradientSum, threads: Int
        ) throws -> Timing {
            let (inputs, classes) = workload.data(Float.self)
            let work =
                workload.widths.reduce(1, *) == 0
                ? 1
                : zip(workload.widths, workload.widths.dropFirst()).reduce(0) {
                    $0 + $1.0 * $1.1
                } * workload.batch
            let steps = max(3, min(100, 4_000_000_000 / work))
            // The same rows again and again, as rows of their own.
            let rows = (0..<steps).flatMap { _ in 0..<workload.batch }
            let times = ContinuousClock.now
            let ends = Ends()
            var model = try MLP<Float>(workload.layers, seed: 1)
            try model.train(
                inputs: inputs.rows(rows), targets: .classes(rows.map { classes[$0] }), loss: CrossEntropy(),
                optimizer: Adam(),
                options: TrainingOptions(
                    epochs: 6, batchSize: workload.batch,
                    callbacks: [
                        .everyEpoch { _ in
                            ends.seconds.append((ContinuousClock.now - times) / .seconds(1))
                            return .proceed
                        }
                    ], shards: shards, across: group, gradientSum: sum, progress: .silent), threads: threads)
            let seconds = zip(ends.seconds, ends.seconds.dropFirst()).map { ($1 - $0) / Double(steps) }
            return Timing(seconds: seconds.isEmpty ? [.nan] : seconds)
        }

        /// When epochs ended; callbacks come one after the other.
        private final class Ends: @unchecked Sendable { var seconds: [Double] = [] }
    }
#endif
