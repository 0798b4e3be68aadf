/// Weighted numbers in order, for order statistics; at least one, no NaN.
///
/// A number of weight w counts as w equal numbers, and this is continuous between whole weights: a weight below 1 takes
/// a place as wide as itself.
struct SortedValues {
    /// Each number once.
    private let values: [Double]
    /// The weight of each number.
    private let weights: [Double]
    /// The first and the last place of each number in the order, counted from 0.
    private let places: [(first: Double, last: Double)]

    /// Creates the order of the numbers that are not NaN and have a positive weight; nil if there are none.
    /// - Parameter weights: how many rows each row counts as; 1 if nil.
    init?(_ numbers: [Double], weights given: [Double]? = nil) {
        var values: [Double] = []
        var weights: [Double] = []
        var sorted: [(value: Double, weight: Double)] = []
        if let given {
            for (index, number) in numbers.enumerated() where !number.isNaN && given[index] > 0 {
                sorted.append((number, given[index]))
            }
            sorted.sort { $0.value < $1.value }
        } else {
            sorted = numbers.filter { !$0.isNaN }.sorted().map { (value: $0, weight: 1.0) }
        }
        for (value, weight) in sorted {
            if value == values.last {
                weights[weights.count - 1] += weight
            } else {
                values.append(value)
                weights.append(weight)
            }
        }
        if values.isEmpty { return nil }
        var before = 0.0
        places = weights.map { weight in
            let (middle, half) = (before + (weight - 1) / 2, max(0, (weight - 1) / 2))
            before += weight
            return (middle - half, middle + half)
        }
        self.values = values
        self.weights = weights
    }

    var minimum: Double { values[0] }
    var maximum: Double { values[values.count - 1] }
    var median: Double { quantile(0.5) }

    /// The quantile at `share`, from 0 to 1, interpolated linearly (`numpy.quantile`, bit for bit).
    func quantile(_ share: Double) -> Double {
        let start = places[0].first
        let place = start + (places[places.count - 1].last - start) * share
        let lower = places.partitioningIndex { $0.first > place } - 1
        guard lower >= 0, lower < values.count - 1 else { return lower < 0 ? minimum : maximum }
        guard place > places[lower].last else { return values[lower] }
        let part = (place - places[lower].last) / (places[lower + 1].first - places[lower].last)
        let difference = values[lower + 1] - values[lower]
        return part < 0.5 ? values[lower] + difference * part : values[lower + 1] - difference * (1 - part)
    }

    /// The number of the largest weight; the smallest of equals.
    var mostFrequent: Double {
        var best = 0
        for index in weights.indices where weights[index] > weights[best] { best = index }
        return values[best]
    }
}

extension Array {
    /// The first index from which on `belongs` holds; it must hold for no element before.
    func partitioningIndex(where belongs: (Element) -> Bool) -> Int {
        var lower = 0
        var upper = count
        while lower < upper {
            let middle = (lower + upper) / 2
            if belongs(self[middle]) { upper = middle } else { lower = middle + 1 }
        }
        return lower
    }
}
