/// A group of measurements that is chosen, run and printed as one.
protocol Section: Sendable {
    /// What `--filter` knows it by.
    var name: String { get }
    /// What it measures, in a line of `--help`.
    var summary: String { get }
    /// Whether it runs when there is no `--filter`.
    var isDefault: Bool { get }
    /// Whether what it prints is lines of JSON rather than a table.
    var printsJSON: Bool { get }

    /// The names of what can be chosen within it, in the order in which they run.
    func cases(_ options: Options) -> [String]

    /// Runs some of the cases; results that are wrong go to `report.failures`.
    func run(_ cases: [String], _ options: Options, _ report: Report) throws
}

enum Sections {
    /// A new section is a new line here.
    static let all: [any Section] = alone + together

    /// What needs other processes, where this was built with the trait MPI.
    private static var together: [any Section] {
        #if MPI
            [MPISection()]
        #else
            []
        #endif
    }

    private static let alone: [any Section] = [
        LinearSection(),
        StepSection(),
        ProductsSection(),
        FloorSection(),
        PredictSection(),
        MemorySection(),
        ScalingSection(),
        CatalogueSection(),
        OptimizersSection(),
        FashionSection(),
        DataSection(),
        StorageSection(),
        FitSection(),
        TabularSection(),
    ]
}
