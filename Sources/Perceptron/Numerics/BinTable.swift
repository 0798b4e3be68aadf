/// The bins of all columns in a row, as the kernels need them.
struct BinTable: Sendable {
    /// The index of each column's first bin, and the number of bins.
    private(set) var starts = [0]
    /// For each bin: its lower edge, 1 / its width, and the limits of its value.
    private(set) var lower: [Double] = []
    private(set) var slope: [Double] = []
    private(set) var least: [Double] = []
    private(set) var most: [Double] = []

    var count: Int { lower.count }
    var columns: Int { starts.count - 1 }

    /// - Parameter bins: the edges of the bins of each column.
    init(_ bins: [[Double]]) {
        for edges in bins {
            for (index, (low, high)) in zip(edges, edges.dropFirst()).enumerated() {
                lower.append(low)
                slope.append(1 / (high - low))
                least.append(index == 0 ? -.infinity : 0)
                most.append(index == edges.count - 2 ? .infinity : 1)
            }
            starts.append(lower.count)
        }
    }
}
