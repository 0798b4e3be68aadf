import Perceptron

/// How much memory training and prediction take beyond the data and the model, beside the documented formula.
struct MemorySection: Section {
    let name = "memory"
    let summary = "memory of training and prediction, beside the formula"
    let isDefault = false
    let printsJSON = false

    private let table = Table(columns: [
        .init(title: "model", width: 5, isName: true),
        .init(title: "dtype", width: 5, isName: true),
        .init(title: "", width: 7, isName: true),
        .init(title: "rows", width: 7),
        .init(title: "data", width: 7),
        .init(title: "before", width: 7),
        .init(title: "most", width: 7),
        .init(title: "after", width: 7),
        .init(title: "growth", width: 7),
        .init(title: "formula", width: 7),
        .init(title: "ratio", width: 5),
    ])

    private let legend = """
        The process's resident memory before, at its most during, and after an epoch of training and a prediction of
        all rows. The growth, most less before, should be what the formula says, whatever the data take:
          train      4 flat vectors (parameters, gradients, Adam's two moments) and the model that comes out;
                     batch x (input + targets + outputs and gradients of every Linear); 8 bytes a row for the order
          predict    the result; for each thread 2 x piece x widest output between layers, where a piece is
                     256 rows
        Measured after a first round with few rows: OpenBLAS's own buffers and the threads exist by then.
        """

    /// The rows of the data, fewer where training takes long.
    private func rows(_ workload: StepWorkload, _ options: Options) -> Int {
        options.quick ? 20 * workload.batch : workload.name == "wide" ? 20_000 : 100_000
    }

    func cases(_ options: Options) -> [String] {
        StepWorkload.all.map(\.name).filter { ["mnist", "deep"].contains($0) || $0 == "wide" && !options.quick }
    }

    func run(_ cases: [String], _ options: Options, _ report: Report) throws {
        report.print("\n\(legend)\n\n\(table.header)")
        for workload in StepWorkload.all where cases.contains(workload.name) {
            if options.scalars.includesDouble { try measure(workload, Double.self, "f64", options, report) }
            if options.scalars.includesFloat { try measure(workload, Float.self, "f32", options, report) }
        }
    }

    private func measure<Scalar: BLASScalar>(
        _ workload: StepWorkload, _: Scalar.Type, _ dtype: String, _ options: Options, _ report: Report
    ) throws {
        let formula = MemoryFormula(widths: workload.widths, scalar: MemoryLayout<Scalar>.stride)
        let (some, someClasses) = workload.data(Scalar.self)
        let rows = rows(workload, options)
        var model = try MLP<Scalar>(workload.layers, seed: 1)
        func train(_ inputs: Matrix<Scalar>, _ classes: [Int]) throws {
            try model.train(
                inputs: inputs, targets: classes, loss: CrossEntropy(), epochs: 1, batchSize: workload.batch,
                progress: .silent, threads: options.manyThreads)
        }
        try train(some, someClasses)
        _ = try model.predict(
            Matrix(rows: 2 * some.rows, columns: some.columns, elements: some.elements + some.elements),
            threads: options.manyThreads)

        let count = rows * workload.widths[0]
        let inputs = Matrix<Scalar>(
            rows: rows, columns: workload.widths[0],
            elements: [Scalar](unsafeUninitializedCapacity: count) { elements, initialized in
                for index in 0..<count { elements[index] = some.elements[index % some.elements.count] }
                initialized = count
            })
        let classes = (0..<rows).map { someClasses[$0 % someClasses.count] }
        try measure("train", formula.training(rows: rows, batch: workload.batch)) { try train(inputs, classes) }
        try measure("predict", formula.prediction(rows: rows, threads: options.manyThreads)) {
            _ = try model.predict(inputs, threads: options.manyThreads)
        }

        func measure(_ what: String, _ expected: Int, _ body: () throws -> Void) throws {
            // What was freed before must not hide what is taken now.
            ResidentMemory.trim()
            ResidentMemory.resetPeak()
            let before = ResidentMemory.now
            try body()
            let most = ResidentMemory.peak
            ResidentMemory.trim()
            let after = ResidentMemory.now
            let growth = before.flatMap { before in most.map { $0 - before } }
            let ratio = growth.map { Double($0) / Double(expected) }
            let data = count * MemoryLayout<Scalar>.stride
            // The formula leaves the data out; half of them is far beyond what the system's count is off by.
            if let growth, growth > expected + data / 2 {
                report.fail(
                    "\(name)/\(workload.name), \(dtype) \(what): grows by more than the formula and half the data")
            }
            report.print(
                table.row([
                    workload.name, dtype, what, Format.grouped(rows), Format.bytes(data), Format.bytes(before),
                    Format.bytes(most), Format.bytes(after), Format.bytes(growth), Format.bytes(expected),
                    Format.digits(ratio),
                ]))
            func integer(_ value: Int?) -> JSONObject.Value { value.map { .integer($0) } ?? .null }
            try report.record([
                "section": .string(name), "workload": .string(workload.name), "dtype": .string(dtype),
                "what": .string(what), "threads": .integer(options.manyThreads), "rows": .integer(rows),
                "batch": .integer(workload.batch), "bytes_data": .integer(data), "bytes_before": integer(before),
                "bytes_most": integer(most), "bytes_after": integer(after), "bytes_formula": .integer(expected),
            ])
        }
    }
}
