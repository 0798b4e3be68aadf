import Perceptron

extension QuantileScaler {
    /// Appends the computation of `transform`: a binary search for each value among its column's quantiles. The number
    /// of search steps is the number of binary digits of their count; the memory is a few numbers per value.
    func appendNodes(to graph: inout ONNXGraphBuilder, input: String) -> String {
        let count = quantiles.first?.count ?? 0
        // The table is larger than the number of quantiles, so that it includes an index past the last one.
        let digits = Int.bitWidth - count.leadingZeroBitCount
        let room = 1 << digits
        func table(_ columns: [[Double]]) -> [Double] {
            columns.flatMap { $0 + [Double](repeating: .infinity, count: room - count) }
        }
        let shares = Self.shares(count)
        let allQuantiles = graph.constant(table(quantiles))
        let allShares = graph.constant(table(quantiles.map { _ in shares }))
        let starts = graph.constant(quantiles.indices.map { $0 * room })

        /// The number of quantiles before the value, according to a comparison, as an index into the tables.
        func place(_ comparison: String) -> String {
            (0..<digits).reversed().reduce(starts) { place, digit in
                let last = graph.node("Add", [place, graph.constant([1 << digit - 1])])
                let isBefore = graph.node(comparison, [graph.node("Gather", [allQuantiles, last]), input])
                let next = graph.node("Add", [place, graph.constant([1 << digit])])
                return graph.node("Where", [isBefore, next, place])
            }
        }
        // The quantiles on either side of the value, or the last and the first of those equal to it. For a value below
        // all quantiles, the lower index is in another column or counts from the end of the table; results computed
        // from it are discarded.
        let lower = graph.node("Sub", [place("LessOrEqual"), graph.constant([1])])
        let upper = place("Less")
        let (lowerShare, upperShare) = (
            graph.node("Gather", [allShares, lower]), graph.node("Gather", [allShares, upper])
        )
        let (lowerQuantile, upperQuantile) = (
            graph.node("Gather", [allQuantiles, lower]), graph.node("Gather", [allQuantiles, upper])
        )
        let middle = graph.node("Div", [graph.node("Add", [lowerShare, upperShare]), graph.constant(2)])
        let part = graph.node(
            "Div",
            [graph.node("Sub", [input, lowerQuantile]), graph.node("Sub", [upperQuantile, lowerQuantile])])
        let way = graph.node("Mul", [graph.node("Sub", [upperShare, lowerShare]), part])
        let between = graph.node("Add", [lowerShare, way])
        var share = graph.node("Where", [graph.node("Equal", [lowerQuantile, input]), middle, between])

        let (first, last) = (graph.constant(quantiles.map { $0[0] }), graph.constant(quantiles.map { $0[count - 1] }))
        let isAtEnd: (lower: String, upper: String)
        switch output {
        case .uniform:
            isAtEnd = (graph.node("LessOrEqual", [input, first]), graph.node("GreaterOrEqual", [input, last]))
        case .normal:
            let margin = graph.constant(Self.margin)
            isAtEnd = (
                graph.node("Less", [graph.node("Sub", [input, margin]), first]),
                graph.node("Greater", [graph.node("Add", [input, margin]), last])
            )
        }
        share = graph.node("Where", [isAtEnd.upper, graph.constant(1), share])
        share = graph.node("Where", [isAtEnd.lower, graph.constant(0), share])
        return output == .uniform ? share : graph.normalQuantile(share, in: Self.normalOutputs)
    }
}

extension ONNXGraphBuilder {
    /// The standard normal quantile of a share, by the formula of `NormalDistribution.quantile`. Shares are clipped to
    /// 10⁻⁹…1 − 10⁻⁹, and results to `limits`.
    fileprivate mutating func normalQuantile(_ share: String, in limits: ClosedRange<Double>) -> String {
        let p = node("Clip", [share, constant(1e-9), constant(1 - 1e-9)])
        let q = node("Sub", [p, constant(0.5)])
        let center = node("Sub", [constant(0.180625), node("Mul", [q, q])])
        let near = node("Mul", [q, ratio(NormalDistribution.center, center)])
        let smaller = node("Min", [p, node("Sub", [constant(1), p])])
        let root = node("Sqrt", [node("Neg", [node("Log", [smaller])])])
        let far = ratio(NormalDistribution.nearTail, node("Sub", [root, constant(1.6)]))
        let signed = node("Where", [node("Less", [q, constant(0)]), node("Neg", [far]), far])
        let isNear = node("LessOrEqual", [node("Abs", [q]), constant(0.425)])
        let value = node("Where", [isNear, near, signed])
        return node("Clip", [value, constant(limits.lowerBound), constant(limits.upperBound)])
    }

    /// The ratio of two polynomials, with coefficients from the highest power down.
    private mutating func ratio(_ polynomials: NormalDistribution.Ratio, _ x: String) -> String {
        let numerator = polynomial(polynomials.numerator, x)
        return node("Div", [numerator, polynomial(polynomials.denominator, x)])
    }

    private mutating func polynomial(_ coefficients: [Double], _ x: String) -> String {
        coefficients.dropFirst().reduce(constant(coefficients[0])) { sum, coefficient in
            node("Add", [node("Mul", [sum, x]), constant(coefficient)])
        }
    }
}
