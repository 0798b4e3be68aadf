import Perceptron

/// Every layer and loss by itself, forward and backward.
struct CatalogueSection: Section {
    let name = "catalogue"
    let summary = "every layer and loss by itself; peers/catalogue.py puts PyTorch beside them"
    let isDefault = false
    let printsJSON = false

    private let table = Table(columns: [
        .init(title: "layer or loss", width: 24, isName: true),
        .init(title: "forward", width: 8),
        .init(title: "backward", width: 8),
    ])

    func cases(_ options: Options) -> [String] { CatalogueEntry.all.map(\.name) }

    func run(_ cases: [String], _ options: Options, _ report: Report) throws {
        report.print(
            """

            \(CatalogueEntry.rows) rows of \(CatalogueEntry.columns) columns on one thread, in memory that is there; backward is the \
            gradient of inputs and parameters.
            A loss gives value and gradient in one pass, which is its forward.
            """)
        try Machine.withSingleThreadedBLAS {
            if options.scalars.includesDouble { try run(cases, Double.self, "f64", options, report) }
            if options.scalars.includesFloat { try run(cases, Float.self, "f32", options, report) }
        }
    }

    private func run<Scalar: BLASScalar>(
        _ cases: [String], _: Scalar.Type, _ dtype: String, _ options: Options, _ report: Report
    ) throws {
        report.print("\n\(Scalar.self) (\(dtype))\n\(table.header)")
        let effort = Timing.Effort(
            repetitions: options.quick ? 3 : 9, secondsPerRepetition: options.quick ? 0.01 : 0.05)
        for entry in CatalogueEntry.all where cases.contains(entry.name) {
            let times =
                switch entry.subject {
                case .layer(let layer) where layer is any CompositeLayer:
                    try CatalogueComposite<Scalar>(layer).time(effort)
                case .layer(let layer): try CatalogueLayer<Scalar>(layer).time(effort)
                case .loss(let loss, let classes, let last):
                    CatalogueLoss<Scalar>(loss, classes: classes, behind: last).time(effort)
                }
            report.print(
                table.row([entry.name, Format.duration(times.forward.median), Format.duration(times.backward?.median)]))
            try report.record([
                "section": .string(name), "entry": .string(entry.name), "dtype": .string(dtype),
                "us_forward": .microseconds(times.forward.median), "us_backward": .microseconds(times.backward?.median),
            ])
        }
    }
}
