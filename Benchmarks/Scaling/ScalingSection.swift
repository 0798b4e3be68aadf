import Perceptron

/// Which share of what the machine can do whole training steps reach, over widths, batches and threads.
struct ScalingSection: Section {
    let name = "scaling"
    let summary = "the share of the gemm peak that training steps reach, by width, batch and threads"
    let isDefault = false
    let printsJSON = false

    private let widths = [32, 64, 128, 256, 512, 1024, 2048, 4096]
    private let batches = [1, 4, 16, 64, 256, 1024, 4096]

    private let table: Table

    init() {
        table = Table(
            columns: [.init(title: "width", width: 5)] + batches.map { .init(title: "\($0)", width: 7) })
    }

    private let legend = """
        Training steps of width-width-width (Linear, ReLU, Linear, Softmax; Adam) by width and batch: the share, in
        percent, of the measured gemm peak that the products' 10 x batch x width² operations reach over the whole
        step; - where a step would take too long.
        """

    func cases(_ options: Options) -> [String] {
        Set([1, options.manyThreads]).sorted().map { "threads-\($0)" }
    }

    func run(_ cases: [String], _ options: Options, _ report: Report) throws {
        report.print("\n\(legend)")
        let threads = Set([1, options.manyThreads]).sorted().filter { cases.contains("threads-\($0)") }
        try Machine.withSingleThreadedBLAS {
            if options.scalars.includesDouble { try run(threads, Double.self, "f64", options, report) }
            if options.scalars.includesFloat { try run(threads, Float.self, "f32", options, report) }
        }
    }

    private func run<Scalar: BLASScalar>(
        _ threads: [Int], _: Scalar.Type, _ dtype: String, _ options: Options, _ report: Report
    ) throws {
        let peak = BareProduct.speed(
            Scalar.self, Timing.Effort(repetitions: options.quick ? 3 : 7, secondsPerRepetition: 0.05))
        // Widths outside, so that a model is made once; a table for each number of threads afterwards.
        var rows: [Int: [String]] = [:]
        for width in widths where !options.quick || width <= 1024 {
            let model = try MLP<Scalar>([Linear(width, width), ReLU(), Linear(width, width), Softmax()], seed: 1)
            for threads in threads {
                let shares = try measure(
                    model, width, Double(threads) * peak, threads, dtype, options, report)
                let cells = shares.map { share in share.map { Format.percent($0) } ?? "-" }
                rows[threads, default: []].append(table.row(["\(width)"] + cells))
            }
        }
        for threads in threads {
            report.print(
                """

                \(Scalar.self) (\(dtype)), \(threads) \(threads == 1 ? "thread" : "threads"), peak \
                \(Format.digits(1e-9 * Double(threads) * peak)) GFLOP/s
                \(table.header)
                \(rows[threads]!.joined(separator: "\n"))
                """)
        }
    }

    /// The share for each batch; nil where it takes too long.
    private func measure<Scalar: BLASScalar>(
        _ model: MLP<Scalar>, _ width: Int, _ peak: Double, _ threads: Int, _ dtype: String, _ options: Options,
        _ report: Report
    ) throws -> [Double?] {
        // Small steps, so that what is learned from one batch, again and again, stays finite.
        var trainer = try Trainer(
            model: model, loss: CrossEntropy(), optimizer: Adam(learningRate: 1e-6), threads: threads)
        var generator = RandomGenerator(seed: 0)
        let noise = (0..<4099).map { _ in Scalar(2 * generator.nextUniform() - 1) }
        let effort = Timing.Effort(
            repetitions: 3, secondsPerRepetition: options.quick ? 0.001 : 0.01, patience: options.quick ? 0.02 : 0.1)
        let limit = options.quick ? 0.01 : 0.4
        return try batches.map { batch in
            let operations = 10 * Double(batch) * Double(width * width)
            guard operations / peak < limit, options.quick || batch * width <= 1 << 22 else { return nil }
            let inputs = Matrix(
                rows: batch, columns: width, elements: (0..<batch * width).map { noise[$0 % noise.count] })
            let classes = (0..<batch).map { $0 % width }
            // The first makes room.
            try trainer.step(inputs: inputs, targets: classes)
            let timing = try Timing(effort) { calls in
                for _ in 0..<calls { try trainer.step(inputs: inputs, targets: classes) }
            }
            let share = operations / timing.median / peak
            try report.record([
                "section": .string(name), "dtype": .string(dtype), "threads": .integer(threads),
                "width": .integer(width), "batch": .integer(batch), "us_step": .microseconds(timing.median),
                "gflops": .rounded(1e-9 * operations / timing.median, decimals: 3),
                "gflops_peak": .rounded(1e-9 * peak, decimals: 3), "share": .rounded(share, decimals: 4),
            ])
            return share
        }
    }
}
