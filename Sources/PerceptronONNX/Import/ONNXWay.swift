/// The path from one value of a chain to another, without the first value and with the last.
struct ONNXWay: Sendable {
    /// How deeply ways may be nested: layers must not be nested more deeply.
    private static let mostDepth = 12

    let values: [ONNXChain.Value]
    /// The total count of numbers in the values, plus one per value.
    let numbers: Int
    private let depth: Int

    /// - Throws: if the way is nested too deeply.
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
