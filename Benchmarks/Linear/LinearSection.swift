import Perceptron

/// The three products of `Linear`: compared with the naive kernel, and timed beside it and the bare call.
struct LinearSection: Section {
    let name = "linear"
    let summary = "the products of Linear, against naive kernels and bare cblas"
    let isDefault = true
    let printsJSON = false

    private let table = Table(columns: [
        .init(title: "batch x in x out", width: 16, isName: true),
        .init(title: "product", width: 10, isName: true),
        .init(title: "error", width: 7),
        .init(title: "naive", width: 8),
        .init(title: "reordered", width: 9),
        .init(title: "Linear", width: 8),
        .init(title: "GFLOP/s", width: 7),
        .init(title: "speed-up", width: 8),
        .init(title: "/ cblas", width: 7),
    ])

    private let legend = """
        The products of Linear, on one thread: forward Y = X·W, weight dW = Xᵀ·dY, downstream dX = dY·Wᵀ.
          error      largest difference from the naive kernel over (k + 2)·u·Σ|a||b|; wrong above 1
                     (* \(Agreement.sampleSize) rows and \(Agreement.sampleSize) columns compared, else all elements)
          naive      a triple loop, one element of the result after the other; - where that takes too long
          reordered  the same with the innermost loop along rows, a transposed factor copied first
          Linear     the layer itself, without a bias; its GFLOP/s, and its speed-up over naive
          / cblas    its time over that of the bare cblas call, the two measured in turn
        """

    func cases(_ options: Options) -> [String] {
        LinearShape.all.filter { $0.isQuick || !options.quick }.map(\.name)
    }

    func run(_ cases: [String], _ options: Options, _ report: Report) throws {
        report.print("\n\(legend)")
        try Machine.withSingleThreadedBLAS {
            warmUp()
            if options.scalars.includesDouble { try run(cases, Double.self, "f64", options, report) }
            if options.scalars.includesFloat { try run(cases, Float.self, "f32", options, report) }
        }
    }

    /// The processor needs a while until it runs at its speed.
    private func warmUp() {
        let product = Product<Double>(.forward, LinearShape(batch: 256, inputs: 256, outputs: 256))
        var result = product.emptyResult
        _ = Timing(Timing.Effort(repetitions: 1, secondsPerRepetition: 0.1)) { product.throughCBLAS(into: &result, $0) }
    }

    private func run<Scalar: BLASScalar>(
        _ cases: [String], _: Scalar.Type, _ dtype: String, _ options: Options, _ report: Report
    ) throws {
        report.print("\n\(Scalar.self) (\(dtype))\n\(table.header)")
        for shape in LinearShape.all where cases.contains(shape.name) {
            for kind in Product<Scalar>.Kind.allCases {
                try measure(Product<Scalar>(kind, shape), dtype, LinearEffort(quick: options.quick), report)
            }
        }
    }

    private func measure<Scalar>(
        _ product: Product<Scalar>, _ dtype: String, _ effort: LinearEffort, _ report: Report
    ) throws {
        let shape = product.shape
        let kind = product.kind.rawValue
        var result = product.emptyResult
        func compare(_ route: String) -> Agreement {
            let agreement = Agreement(product, result, limit: effort.comparisonLimit)
            if !agreement.holds { report.fail("\(name)/\(shape.name), \(dtype) \(kind), \(route): \(agreement.place)") }
            return agreement
        }
        // What is compared with must be right too, or its time says nothing.
        if shape.multiplyAdds <= effort.comparisonLimit {
            product.naive(into: &result, 1)
            _ = compare("naive")
            result = product.emptyResult
            product.reordered(into: &result, 1)
            _ = compare("reordered")
            result = product.emptyResult
        }
        product.throughLinear(into: &result, 1)
        let agreement = compare("Linear")
        let naive =
            shape.multiplyAdds <= effort.naiveLimit
            ? Timing(effort.naive) { product.naive(into: &result, $0) }.median : nil
        let reordered =
            shape.multiplyAdds <= effort.reorderedLimit
            ? Timing(effort.naive) { product.reordered(into: &result, $0) }.median : nil
        let (linear, bare, ratio) = Timing.compare(
            effort.linear(product.shape), &result, { product.throughLinear(into: &$0, $1) },
            { product.throughCBLAS(into: &$0, $1) })
        let speed = 2e-9 * Double(shape.multiplyAdds) / linear.median
        let speedUp = naive.map { $0 / linear.median }
        report.print(
            table.row([
                shape.name, kind,
                (agreement.holds ? Format.fixed(agreement.largest, decimals: 3) : "WRONG")
                    + (agreement.isSampled ? "*" : " "),
                Format.duration(naive), Format.duration(reordered), Format.duration(linear.median),
                Format.digits(speed), Format.digits(speedUp), Format.fixed(ratio, decimals: 3),
            ]))
        try report.record([
            "section": .string(name), "dtype": .string(dtype), "batch": .integer(shape.batch),
            "in": .integer(shape.inputs), "out": .integer(shape.outputs), "product": .string(kind),
            "error_over_bound": .rounded(agreement.largest, decimals: 6),
            "compared": .string(agreement.isSampled ? "sample" : "all"), "us_naive": .microseconds(naive),
            "us_reordered": .microseconds(reordered), "us_linear": .microseconds(linear.median),
            "us_cblas": .microseconds(bare.median), "gflops": .rounded(speed, decimals: 3),
            "speed_up": .rounded(speedUp, decimals: 3), "linear_over_cblas": .rounded(ratio, decimals: 4),
        ])
    }
}
