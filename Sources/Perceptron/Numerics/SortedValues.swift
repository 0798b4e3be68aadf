/// Numbers in order, for what depends on their order; at least one, no NaN.
struct SortedValues {
    let values: [Double]

    /// Of these numbers those that are not NaN; nil if there are none.
    init?(_ numbers: [Double]) {
        values = numbers.filter { !$0.isNaN }.sorted()
        if values.isEmpty { return nil }
    }

    var minimum: Double { values[0] }
    var maximum: Double { values[values.count - 1] }
    var median: Double { quantile(0.5) }

    /// The number below which the part `share` of them is, interpolated linearly (`numpy.quantile`, bit for bit).
    func quantile(_ share: Double) -> Double {
        let position = Double(values.count - 1) * share
        let lower = Int(position)
        guard lower < values.count - 1 else { return maximum }
        let part = position - Double(lower)
        let difference = values[lower + 1] - values[lower]
        return part < 0.5 ? values[lower] + difference * part : values[lower + 1] - difference * (1 - part)
    }

    /// The number that occurs most often; of several the smallest.
    var mostFrequent: Double {
        var best = (value: minimum, count: 0)
        var start = 0
        for index in values.indices where index + 1 == values.count || values[index + 1] != values[index] {
            let count = index + 1 - start
            if count > best.count { best = (values[index], count) }
            start = index + 1
        }
        return best.value
    }
}
