/// The number of values in buckets whose limits grow by a tenth, as in TensorFlow's `histogram.cc`.
struct TensorBoardHistogram {
    private(set) var minimum = 0.0
    private(set) var maximum = 0.0
    private(set) var count = 0.0
    private(set) var sum = 0.0
    private(set) var sumOfSquares = 0.0
    /// The upper limit of each bucket, exclusive; its lower limit, inclusive, is the upper limit of the bucket before.
    private(set) var limits: [Double] = []
    private(set) var counts: [Double] = []

    /// ±10⁻¹²·1.1ⁿ below 10²⁰, 0, and the largest finite numbers.
    static let allLimits: [Double] = {
        let positive = Array(sequence(first: 1e-12) { $0 * 1.1 }.prefix { $0 < 1e20 }) + [.greatestFiniteMagnitude]
        return positive.reversed().map { -$0 } + [0] + positive
    }()

    /// NaN and infinities are left out.
    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    init<Scalar: BLASScalar>(_ values: [Scalar]) {
        let allLimits = TensorBoardHistogram.allLimits
        var allCounts = [Double](repeating: 0, count: allLimits.count)
        minimum = .infinity
        maximum = -.infinity
        for value in values where value.isFinite {
            let value = Double(value)
            minimum = min(minimum, value)
            maximum = max(maximum, value)
            count += 1
            sum += value
            sumOfSquares += value * value
            // The largest finite number belongs to the last bucket, although it equals that bucket's limit.
            allCounts[min(TensorBoardHistogram.bucket(of: value, allLimits), allCounts.count - 1)] += 1
        }
        guard count > 0 else {
            minimum = 0
            maximum = 0
            return
        }
        // Consecutive empty buckets are merged; at the end they are left out.
        for (limit, count) in zip(allLimits, allCounts) {
            if count == 0, counts.last == 0 {
                limits[limits.count - 1] = limit
            } else {
                limits.append(limit)
                counts.append(count)
            }
        }
        if counts.last == 0 {
            limits.removeLast()
            counts.removeLast()
        }
    }

    /// The index of the first limit above the value.
    private static func bucket(of value: Double, _ limits: [Double]) -> Int {
        var range = 0..<limits.count
        while !range.isEmpty {
            let middle = range.lowerBound + range.count / 2
            range = limits[middle] > value ? range.lowerBound..<middle : middle + 1..<range.upperBound
        }
        return range.lowerBound
    }
}
