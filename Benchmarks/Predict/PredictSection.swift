import Perceptron

/// Predictions: one row at a time into the caller's memory, and thousands at once.
struct PredictSection: Section {
    let name = "predict"
    let summary = "predictions of four models, of one row and of 4,096"
    let isDefault = false
    let printsJSON = false

    private let bulk = 4096

    private func table(_ options: Options) -> Table {
        Table(columns: [
            .init(title: "model", width: 6, isName: true),
            .init(title: "layers", width: 15, isName: true),
            .init(title: "rows", width: 5),
            .init(title: "1 thread", width: 8),
            .init(title: "rows/s", width: 10),
            .init(title: "/ floor", width: 7),
            .init(title: options.manyThreads == 1 ? "-" : "\(options.manyThreads) threads", width: 10),
            .init(title: "rows/s", width: 10),
            .init(title: "speed-up", width: 8),
        ])
    }

    private let legend = """
        Predictions: one row through a Predictor, which allocates nothing; 4096 rows through MLP.predict, result new.
          / floor    its time on one thread over that of its products in the fastest cut that a search found (256
                     rows at a time) and one pass of each elementwise kernel, measured in turn
          speed-up   over one thread, measured in turn
        """

    /// What is measured in turn.
    private struct RowState<Scalar: BLASScalar>: ~Copyable {
        var one: Predictor<Scalar>
        var many: Predictor<Scalar>
        let floor: BareNetwork<Scalar>
        let floorResult: AlignedBuffer<Scalar>
    }

    func cases(_ options: Options) -> [String] { StepWorkload.all.map(\.name).filter { $0 != "wide" } }

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
            let model = try MLP<Scalar>(workload.layers, seed: 1)
            try measureRow(workload, model, dtype, options, report)
            try measureBulk(workload, model, dtype, options, report)
        }
    }

    private func effort(_ options: Options, rows: Int) -> Timing.Effort {
        Timing.Effort(
            repetitions: options.quick ? 3 : rows == 1 ? 15 : 9, secondsPerRepetition: options.quick ? 0.003 : 0.03)
    }

    private func measureRow<Scalar: BLASScalar>(
        _ workload: StepWorkload, _ model: MLP<Scalar>, _ dtype: String, _ options: Options, _ report: Report
    ) throws {
        let row = Array(workload.data(Scalar.self).inputs.elements.prefix(workload.widths[0]))
        var state = RowState(
            one: try Predictor(model, threads: 1), many: try Predictor(model, threads: options.manyThreads),
            floor: BareNetwork(
                widths: workload.widths, parameters: model.parameters, rows: 1, inputs: row,
                search: ProductSearch(seconds: options.quick ? 0.0002 : 0.001)),
            floorResult: AlignedBuffer(count: model.outputFeatures))
        var result = [Scalar](repeating: 0, count: model.outputFeatures)
        func predict(_ state: inout RowState<Scalar>, _ calls: Int) throws {
            var output = result.mutableSpan
            for _ in 0..<calls { try state.one.predict(row.span, into: &output) }
        }
        let (one, floor, ratio) = try Timing.compare(effort(options, rows: 1), &state, predict) { state, calls in
            for _ in 0..<calls { state.floor.predict(into: state.floorResult) }
        }
        check(result, state.floorResult, workload, dtype, report)
        let many =
            options.manyThreads > 1
            ? try Timing.compare(effort(options, rows: 1), &state, predict) { state, calls in
                var output = result.mutableSpan
                for _ in 0..<calls { try state.many.predict(row.span, into: &output) }
            } : nil
        try print(
            workload, dtype, rows: 1, one, floor, ratio, many: many?.second, speedUp: many?.ratio, options, report)
    }

    private func measureBulk<Scalar: BLASScalar>(
        _ workload: StepWorkload, _ model: MLP<Scalar>, _ dtype: String, _ options: Options, _ report: Report
    ) throws {
        let some = workload.data(Scalar.self).inputs.elements
        let count = bulk * workload.widths[0]
        let inputs = Matrix(
            rows: bulk, columns: workload.widths[0], elements: (0..<count).map { some[$0 % some.count] })
        let floorNetwork = BareNetwork(
            widths: workload.widths, parameters: model.parameters, rows: 256, inputs: inputs.elements,
            search: ProductSearch(seconds: options.quick ? 0.0002 : 0.001))
        let floorResult = AlignedBuffer<Scalar>(count: bulk * model.outputFeatures)
        var result = try model.predict(inputs, threads: 1)
        func predict(_ result: inout Matrix<Scalar>, _ calls: Int) throws {
            for _ in 0..<calls { result = try model.predict(inputs, threads: 1) }
        }
        let (one, floor, ratio) = try Timing.compare(effort(options, rows: bulk), &result, predict) { _, calls in
            for _ in 0..<calls { floorNetwork.predict(into: floorResult) }
        }
        check(result.elements, floorResult, workload, dtype, report)
        let many =
            options.manyThreads > 1
            ? try Timing.compare(effort(options, rows: bulk), &result, predict) { result, calls in
                for _ in 0..<calls { result = try model.predict(inputs, threads: options.manyThreads) }
            } : nil
        try print(
            workload, dtype, rows: bulk, one, floor, ratio, many: many?.second, speedUp: many?.ratio, options, report)
    }

    /// What is compared with must be right too, or its time says nothing.
    private func check<Scalar: BLASScalar>(
        _ result: [Scalar], _ floor: AlignedBuffer<Scalar>, _ workload: StepWorkload, _ dtype: String,
        _ report: Report
    ) {
        // Probabilities: at most 1.
        let error = zip(result, floor.elements).reduce(0.0) { max($0, abs(Double($1.0) - Double($1.1))) }
        if !(error < 1e4 * Double(Scalar.ulpOfOne)) {
            report.fail("\(name)/\(workload.name), \(dtype): predictions and the floor's differ by \(error)")
        }
    }

    private func print(
        _ workload: StepWorkload, _ dtype: String, rows: Int, _ one: Timing, _ floor: Timing, _ ratio: Double,
        many: Timing?, speedUp: Double?, _ options: Options, _ report: Report
    ) throws {
        func speed(_ timing: Timing?) -> String { Format.grouped(timing.map { Int(Double(rows) / $0.median) }) }
        report.print(
            table(options).row([
                workload.name, workload.widths.map(String.init).joined(separator: "-"), "\(rows)",
                Format.duration(one.median), speed(one), Format.fixed(ratio, decimals: 3),
                Format.duration(many?.median), speed(many), Format.digits(speedUp),
            ]))
        for (threads, timing) in [(1, one), (options.manyThreads, many)] {
            guard let timing else { continue }
            try report.record([
                "section": .string(name), "workload": .string(workload.name), "dtype": .string(dtype),
                "threads": .integer(threads), "rows": .integer(rows), "us_median": .microseconds(timing.median),
                "us_min": .microseconds(timing.minimum),
                "rows_per_second": .integer(Int(Double(rows) / timing.median)),
                "us_floor": .microseconds(threads == 1 ? floor.median : nil),
                "over_floor": .rounded(threads == 1 ? ratio : nil, decimals: 4),
            ])
        }
    }
}
