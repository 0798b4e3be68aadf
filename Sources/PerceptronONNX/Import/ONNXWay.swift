/// Values of a chain that lead from one to another, which is the last of them.
struct ONNXWay: Sendable {
    /// How deep ways may have ways within: layers must not be deeper.
    private static let mostDepth = 12

    let values: [ONNXChain.Value]
    /// How many numbers they have in all, and one for each value.
    let numbers: Int
    private let depth: Int

    /// - Throws: if it is too deep.
    init(_ values: [ONNXChain.Value]) throws(ONNXChain.Failure) {
        self.values = values
        numbers = values.reduce(0) { $0 + 1 + ($1.step?.numbers ?? 0) }
        var within = 0
        for case .sum(let first, let second) in values.lazy.compactMap(\.step) {
            within = max(within, first.depth, second.depth)
        }
        depth = within + 1
        guard depth <= ONNXWay.mostDepth else {
            throw ONNXChain.Failure(reason: "nests sums more than \(ONNXWay.mostDepth) deep")
        }
    }
}
