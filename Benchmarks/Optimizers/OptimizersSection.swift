import Perceptron

/// One update of a million parameters by each optimizer, beside what the memory can give.
struct OptimizersSection: Section {
    let name = "optimizers"
    let summary = "one update of 10⁶ parameters by each optimizer; peers/optimizers.py puts PyTorch beside them"
    let isDefault = false
    let printsJSON = false

    private static let optimizers: [(name: String, optimizer: any Optimizer)] = [
        ("SGD", SGD()), ("SGD, momentum", SGD(momentum: 0.9)), ("SGD, Nesterov", SGD(momentum: 0.9, nesterov: true)),
        ("Adam", Adam()), ("Adam, AMSGrad", Adam(amsgrad: true)), ("AdamW", AdamW()), ("NAdam", NAdam()),
        ("RAdam", RAdam()), ("RMSprop", RMSprop()), ("RMSprop, centered", RMSprop(momentum: 0.9, centered: true)),
        ("Adagrad", Adagrad()), ("Adadelta", Adadelta()), ("Lion", Lion()), ("ScheduleFreeAdamW", ScheduleFreeAdamW()),
        ("Muon", Muon()), ("SOAP", SOAP()),
    ]

    private let table = Table(columns: [
        .init(title: "optimizer", width: 18, isName: true),
        .init(title: "update", width: 8),
        .init(title: "GB/s", width: 6),
        .init(title: "/ memory", width: 8),
    ])

    func cases(_ options: Options) -> [String] { Self.optimizers.map(\.name) }

    func run(_ cases: [String], _ options: Options, _ report: Report) throws {
        report.print(
            """

            One update of 1000 x 1000 parameters on one thread. GB/s counts each vector once for reading it and once for writing it: \
            parameters, gradients and the optimizer's state; memory is a copy of a vector.
            """)
        if options.scalars.includesDouble { try run(cases, Double.self, "f64", options, report) }
        if options.scalars.includesFloat { try run(cases, Float.self, "f32", options, report) }
    }

    private func run<Scalar: BLASScalar>(
        _ cases: [String], _: Scalar.Type, _ dtype: String, _ options: Options, _ report: Report
    ) throws {
        let effort = Timing.Effort(
            repetitions: options.quick ? 3 : 9, secondsPerRepetition: options.quick ? 0.01 : 0.05)
        let memory = memorySpeed(effort, Scalar.self)
        report.print("\n\(Scalar.self) (\(dtype)), memory \(Format.digits(memory)) GB/s\n\(table.header)")
        for (name, optimizer) in Self.optimizers where cases.contains(name) {
            // The second layer is there for Muon, which leaves the last one alone.
            var trainer = try Trainer(
                model: MLP<Scalar>([Linear(1000, 1000, bias: false), Linear(1000, 1, bias: false)]),
                loss: MeanSquaredError(), optimizer: optimizer, threads: 1)
            _ = try trainer.forward(Matrix(rows: 1, columns: 1000, repeating: 0.01))
            _ = try trainer.backward(targets: Matrix(rows: 1, columns: 1, repeating: 1))
            let time = Timing(effort) { calls in for _ in 0..<calls { trainer.update() } }
            let bytes = (3 + 2 * optimizer.stateVectors) * 1_001_000 * MemoryLayout<Scalar>.size
            let speed = 1e-9 * Double(bytes) / time.median
            report.print(
                table.row([
                    name, Format.duration(time.median), Format.digits(speed), Format.fixed(speed / memory, decimals: 2),
                ]))
            try report.record([
                "section": .string(self.name), "optimizer": .string(name), "dtype": .string(dtype),
                "us_update": .microseconds(time.median),
            ])
        }
    }

    /// GB/s of a copy of as much as an update of Adam moves.
    private func memorySpeed<Scalar: BLASScalar>(_ effort: Timing.Effort, _: Scalar.Type) -> Double {
        let source = AlignedBuffer<Scalar>(count: 3_500_000)
        let target = AlignedBuffer<Scalar>(count: 3_500_000)
        let time = Timing(effort) { calls in
            for _ in 0..<calls { target.start.update(from: source.start, count: 3_500_000) }
        }
        return 2e-9 * Double(3_500_000 * MemoryLayout<Scalar>.size) / time.median
    }
}
