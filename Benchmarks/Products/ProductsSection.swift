import Perceptron

/// The products of the workloads on one thread: as one call of cblas, as the package cuts them, and as the fastest cut
/// that a search finds.
struct ProductsSection: Section {
    let name = "products"
    let summary = "products uncut, as the package cuts them, and as the best cut of a search does"
    let isDefault = false
    let printsJSON = false

    private let table = Table(columns: [
        .init(title: "kind", width: 15, isName: true),
        .init(title: "rows×inner×columns", width: 18, isName: true),
        .init(title: "one call", width: 9),
        .init(title: "package", width: 9),
        .init(title: "best", width: 9),
        .init(title: "of peak", width: 8),
        .init(title: "best cut", width: 30, isName: true),
    ])

    private let legend = """
        Products on one thread, in GFLOP/s:
          one call   one call of cblas
          package    cut into calls as the package does
          best       the fastest of some hundred cuts; * where it is more than 5 % ahead of the package's
          of peak    the package's, of the fastest rate seen in this run
        """

    /// The rows of a prediction's pieces, and batches and widths that are a multiple of nothing.
    private static let others: [(rows: Int, inputs: Int, outputs: Int)] = [
        (256, 784, 128), (256, 64, 128), (256, 128, 10), (256, 256, 256), (63, 300, 77), (65, 130, 200),
        (100, 300, 300), (1, 784, 512),
        (1, 65, 130),
    ]

    private static let layers: [(rows: Int, inputs: Int, outputs: Int)] =
        StepWorkload.all.flatMap { workload in
            zip(workload.widths, workload.widths.dropFirst()).map { (workload.batch, $0, $1) }
        } + others

    /// Each once, in their order.
    private static func shapes<Scalar>(_: Scalar.Type) -> [ProductShape] {
        var shapes: [ProductShape] = []
        for (rows, inputs, outputs) in layers {
            func add(_ kind: ProductShape.Kind, _ rows: Int, _ inner: Int, _ columns: Int, _ strideB: Int) {
                let shape = ProductShape(
                    kind: kind, rows: rows, inner: inner, columns: columns, strideB: strideB,
                    scalarBytes: MemoryLayout<Scalar>.size)
                if !shapes.contains(shape) { shapes.append(shape) }
            }
            add(.forward, rows, inputs, outputs, outputs)
            add(.weightGradient, inputs, rows, outputs, outputs)
            add(.downstream, rows, outputs, inputs, outputs)
        }
        return shapes
    }

    private func name(_ shape: ProductShape) -> String { "\(shape.rows)×\(shape.inner)×\(shape.columns)" }

    func cases(_ options: Options) -> [String] {
        ProductsSection.shapes(Double.self).filter { !options.quick || $0.multiplyAdds < 1 << 21 }.map {
            "\($0.kind.rawValue) \(name($0))"
        }
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
        let search = ProductSearch<Scalar>(seconds: options.quick ? 0.0002 : 0.001)
        let shapes = ProductsSection.shapes(Scalar.self).filter { cases.contains("\($0.kind.rawValue) \(name($0))") }
        let figures = shapes.map { shape in
            let best = search.search(shape)
            return (
                shape: shape, whole: search.median(shape, .whole),
                package: search.median(shape, ProductCut(shape, on: .current)), best: best
            )
        }
        let peak = figures.map { max($0.best.speed, $0.package) }.max() ?? 1
        report.print("\n\(Scalar.self) (\(dtype)), peak \(Format.digits(peak * 1e-9)) GFLOP/s\n\(table.header)")
        for (shape, whole, package, best) in figures {
            let isBehind = best.speed > 1.05 * package
            report.print(
                table.row([
                    shape.kind.rawValue, name(shape), Format.digits(whole * 1e-9), Format.digits(package * 1e-9),
                    Format.digits(best.speed * 1e-9) + (isBehind ? "*" : " "),
                    Format.fixed(package / peak, decimals: 2),
                    describe(best.cut),
                ]))
            try report.record([
                "section": .string(name), "kind": .string(shape.kind.rawValue), "shape": .string(name(shape)),
                "dtype": .string(dtype), "gflops_one_call": .rounded(whole * 1e-9, decimals: 2),
                "gflops_package": .rounded(package * 1e-9, decimals: 2),
                "gflops_best": .rounded(best.speed * 1e-9, decimals: 2), "best_cut": .string(describe(best.cut)),
            ])
        }
    }

    private func describe(_ cut: ProductCut) -> String {
        if cut.isVector { return "gemv" }
        if cut.isWhole { return "one call" }
        func size(_ count: Int) -> String { count == .max ? "all" : "\(count)" }
        return "\(size(cut.rows))×\(size(cut.inner))×\(size(cut.columns))"
            + (cut.packs ? ", copied" : "") + (cut.splitsRest ? ", rest split" : "")
    }
}
