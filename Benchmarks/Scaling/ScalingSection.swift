import Perceptron

/// Which share of what the machine can do whole training steps reach, over widths, batches and threads.
struct ScalingSection: Section {
    let name = "scaling"
    let summary = "training steps of many sizes, as shares of the gemm peak"
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

    /// The time of a step.
    private struct Step {
        let threads: Int
        let width: Int
        let batch: Int
        let seconds: Double

        var operations: Double { ScalingSection.operations(width: width, batch: batch) }
    }

    /// Of the products: 4 batch·width² forward, as many for the weights' gradients, 2 for the downstream one.
    private static func operations(width: Int, batch: Int) -> Double {
        10 * Double(batch) * Double(width) * Double(width)
    }

    private func run<Scalar: BLASScalar>(
        _ threads: [Int], _: Scalar.Type, _ dtype: String, _ options: Options, _ report: Report
    ) throws {
        // The highest of several, so that it is the machine's even where something else runs now and then.
        var peak = 0.0
        func measurePeak() {
            let effort = Timing.Effort(repetitions: 3, secondsPerRepetition: options.quick ? 0.02 : 0.05)
            peak = max(peak, BareProduct.speed(Scalar.self, effort))
        }
        let widths = widths.filter { !options.quick || $0 <= 1024 }
        var steps: [Step] = []
        for width in widths {
            measurePeak()
            let model = try MLP<Scalar>([Linear(width, width), ReLU(), Linear(width, width), Softmax()], seed: 1)
            for threads in threads {
                steps += try measure(model, width, threads, Double(threads) * peak, options)
            }
        }
        measurePeak()
        for threads in threads {
            let peak = Double(threads) * peak
            report.print(
                "\n\(Scalar.self) (\(dtype)), \(threads) \(threads == 1 ? "thread" : "threads"), peak "
                    + "\(Format.digits(1e-9 * peak)) GFLOP/s\n\(table.header)")
            for width in widths {
                let shares = try batches.map { batch -> String in
                    guard
                        let step = steps.first(where: {
                            $0.threads == threads && $0.width == width && $0.batch == batch
                        })
                    else { return "-" }
                    let share = step.operations / step.seconds / peak
                    try report.record([
                        "section": .string(name), "dtype": .string(dtype), "threads": .integer(threads),
                        "width": .integer(width), "batch": .integer(batch), "us_step": .microseconds(step.seconds),
                        "gflops": .rounded(1e-9 * step.operations / step.seconds, decimals: 3),
                        "gflops_peak": .rounded(1e-9 * peak, decimals: 3), "share": .rounded(share, decimals: 4),
                    ])
                    return Format.percent(share)
                }
                report.print(table.row(["\(width)"] + shares))
            }
        }
    }

    /// The steps of the batches that don't take too long.
    private func measure<Scalar: BLASScalar>(
        _ model: MLP<Scalar>, _ width: Int, _ threads: Int, _ peak: Double, _ options: Options
    ) throws -> [Step] {
        // Small steps, so that what is learned from one batch, again and again, stays finite.
        var trainer = try Trainer(
            model: model, loss: CrossEntropy(), optimizer: Adam(learningRate: 1e-6), threads: threads)
        var generator = RandomGenerator(seed: 0)
        let noise = (0..<4099).map { _ in Scalar(2 * generator.nextUniform() - 1) }
        let effort = Timing.Effort(
            repetitions: 3, secondsPerRepetition: options.quick ? 0.001 : 0.01, patience: options.quick ? 0.02 : 0.1)
        let limit = options.quick ? 0.01 : 0.3
        let batches = batches.filter { ScalingSection.operations(width: width, batch: $0) < limit * peak }
        return try batches.map { batch in
            let inputs = Matrix(
                rows: batch, columns: width, elements: (0..<batch * width).map { noise[$0 % noise.count] })
            let classes = (0..<batch).map { $0 % width }
            // The first makes room.
            try trainer.step(inputs: inputs, targets: classes)
            let timing = try Timing(effort) { calls in
                for _ in 0..<calls { try trainer.step(inputs: inputs, targets: classes) }
            }
            return Step(threads: threads, width: width, batch: batch, seconds: timing.median)
        }
    }
}
