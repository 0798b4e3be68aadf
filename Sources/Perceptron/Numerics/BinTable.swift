/// The bins of all columns one behind the other, as the kernels want them.
struct BinTable: Sendable {
    /// For each column where its bins begin, and where the last ones end.
    private(set) var starts = [0]
    /// For each bin its lower edge, 1 / its width, and between which numbers its value stays.
    private(set) var lower: [Double] = []
    private(set) var slope: [Double] = []
    private(set) var least: [Double] = []
    private(set) var most: [Double] = []

    var count: Int { lower.count }
    var columns: Int { starts.count - 1 }

    /// - Parameter bins: for each column the edges of its bins.
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
