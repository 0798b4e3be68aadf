import Perceptron

/// Whole training steps beside the calls that they come down to, in the fastest cut.
struct FloorSection: Section {
    let name = "floor"
    let summary = "the same steps beside the bare calls they come down to"
    let isDefault = false
    let printsJSON = false

    private func table(_ options: Options) -> Table {
        Table(columns: [
            .init(title: "model", width: 6, isName: true),
            .init(title: "layers", width: 20, isName: true),
            .init(title: "batch", width: 5),
            .init(title: "floor", width: 8),
            .init(title: "step", width: 8),
            .init(title: "/ floor", width: 7),
            .init(title: options.manyThreads == 1 ? "1 thread" : "\(options.manyThreads) threads", width: 10),
            .init(title: "speed-up", width: 8),
        ])
    }

    private let legend = """
        Training steps: forward, cross-entropy, backward, Adam.
          floor      on one thread, the step's products, each in the fastest cut into cblas calls that a search found
                     (section products), and one pass of each elementwise kernel, in the order of a step
          step       Trainer.step on one thread, and its time over the floor's, the two measured in turn;
                     the goal is 1.08 at most from mnist up, 1.15 below
          threads    Trainer.step on so many threads at the most, and its speed-up over one, measured in turn
        """

    /// What is measured in turn.
    private struct State<Scalar: BLASScalar> {
        var trainer: Trainer<Scalar>
        var many: Trainer<Scalar>
        let floor: BareNetwork<Scalar>
    }

    func cases(_ options: Options) -> [String] {
        StepWorkload.all.map(\.name).filter { !options.quick || $0 != "wide" }
    }

    func run(_ cases: [String], _ options: Options, _ report: Report) throws {
        report.print("\n\(legend)")
        try Machine.withSingleThreadedBLAS {
            if options.scalars.includesDouble { try run(cases, Double.self, "f64", options, report) }
            if options.scalars.includesFloat { try run(cases, Float.self, "f32", options, report) }
        }
    }

    private func run<Scalar: BLASScalar>(
        _ cases: [String], _: Scalar.Type, _ dtype: String, _ options: Options, _ report: Report
    ) throws {
        report.print("\n\(Scalar.self) (\(dtype))\n\(table(options).header)")
        for workload in StepWorkload.all where cases.contains(workload.name) {
            try measure(workload, Scalar.self, dtype, options, report)
        }
    }

    private func measure<Scalar: BLASScalar>(
        _ workload: StepWorkload, _: Scalar.Type, _ dtype: String, _ options: Options, _ report: Report
    ) throws {
        let (inputs, classes) = workload.data(Scalar.self)
        let model = try MLP<Scalar>(workload.layers, seed: 1)
        func trainer(threads: Int) throws -> Trainer<Scalar> {
            try Trainer(model: model, loss: CrossEntropy(), optimizer: Adam(), threads: threads)
        }
        var state = State(
            trainer: try trainer(threads: 1), many: try trainer(threads: options.manyThreads),
            floor: BareNetwork(
                widths: workload.widths, parameters: model.parameters, rows: workload.batch,
                inputs: inputs.elements, classes: classes,
                search: ProductSearch(seconds: options.quick ? 0.0002 : 0.001)))
        try state.trainer.step(inputs: inputs, targets: classes)
        state.floor.step()
        let error = difference(state.trainer.gradients, state.floor.gradients)
        if !(error < 1e4 * Double(Scalar.ulpOfOne)) {
            report.fail("\(name)/\(workload.name), \(dtype): the gradients of step and floor differ by \(error)")
        }

        let isLong = workload.name == "wide"
        let effort = Timing.Effort(
            repetitions: options.quick ? 5 : isLong ? 5 : 15, secondsPerRepetition: options.quick ? 0.005 : 0.04)
        let (step, floor, ratio) = try Timing.compare(effort, &state) { state, calls in
            for _ in 0..<calls { try state.trainer.step(inputs: inputs, targets: classes) }
        } _: { state, calls in
            for _ in 0..<calls { state.floor.step() }
        }
        var many: Timing?
        var speedUp: Double?
        if options.manyThreads > 1 {
            let (_, timing, ratio) = try Timing.compare(effort, &state) { state, calls in
                for _ in 0..<calls { try state.trainer.step(inputs: inputs, targets: classes) }
            } _: { state, calls in
                for _ in 0..<calls { try state.many.step(inputs: inputs, targets: classes) }
            }
            (many, speedUp) = (timing, ratio)
        }
        report.print(
            table(options).row([
                workload.name, workload.widths.map(String.init).joined(separator: "-"), "\(workload.batch)",
                Format.duration(floor.median), Format.duration(step.median), Format.fixed(ratio, decimals: 3),
                Format.duration(many?.median), Format.digits(speedUp),
            ]))
        try report.record([
            "section": .string(name), "workload": .string(workload.name), "dtype": .string(dtype),
            "us_floor": .microseconds(floor.median), "us_step": .microseconds(step.median),
            "step_over_floor": .rounded(ratio, decimals: 4), "threads": .integer(options.manyThreads),
            "us_step_threads": .microseconds(many?.median), "speed_up": .rounded(speedUp, decimals: 3),
        ])
    }

    /// The largest difference between two vectors, over the largest element.
    private func difference<Scalar: BLASScalar>(_ first: [Scalar], _ second: [Scalar]) -> Double {
        let largest = first.reduce(0.0) { max($0, abs(Double($1))) }
        return zip(first, second).reduce(0.0) { max($0, abs(Double($1.0) - Double($1.1))) } / largest
    }
}
