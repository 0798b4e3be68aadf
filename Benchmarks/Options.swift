/// What the command line asks of every section.
struct Options {
    /// Threads to work with; nil if not given.
    let threads: Int?
    let scalars: ScalarChoice
    let quick: Bool

    /// The numbers of threads to measure: the one that was given, or 1 and all processors.
    var threadCounts: [Int] {
        if let threads { return [threads] }
        return Machine.processors > 1 ? [1, Machine.processors] : [1]
    }
}
