/// Assigns whole groups of rows to parts, so that each part gets its share of every class as closely as possible.
///
/// Each group in turn goes to the part that makes the shares most even: the one with the least mean over the classes of
/// √(Σ n²/s − (Σ n)²) / N, where n are a class's rows in the parts so far, s the parts' shares, and N the class's rows
/// in all. Ties go to the part with the fewest rows for its share. With equal shares this is scikit-learn's
/// `StratifiedGroupKFold`, and with a single class `GroupKFold`.
struct GroupAllocation {
    /// The number of rows of each class in each group.
    let counts: [[Int]]

    /// Numbers the keys in the order of their first occurrence.
    static func numbered<Key: Hashable>(_ keys: some Sequence<Key>) -> [Int] {
        var numbers: [Key: Int] = [:]
        return keys.map { key in
            if let number = numbers[key] { return number }
            numbers[key] = numbers.count
            return numbers.count - 1
        }
    }

    /// - Parameters:
    ///   - groupOfRow: counted from 0; there are rows of each.
    ///   - classOfRow: nil if classes don't matter.
    init(groupOfRow: [Int], classOfRow: [Int]?, classCount: Int) {
        let groups = (groupOfRow.max() ?? -1) + 1
        let classes = classOfRow == nil ? 1 : classCount
        var counts = [[Int]](repeating: [Int](repeating: 0, count: classes), count: groups)
        for (row, group) in groupOfRow.enumerated() { counts[group][classOfRow?[row] ?? 0] += 1 }
        self.counts = counts
    }

    /// Orders groups so that those that fit anywhere come last: first those with the most unequal classes or, without
    /// classes, the largest. The sort is stable.
    func largestFirst(_ order: [Int]) -> [Int] {
        let keys = counts.map { counts in
            let (sum, squares) = (counts.reduce(0, +), counts.reduce(0) { $0 + $1 * $1 })
            // n² times the variance, in integers, so that equal values compare equal.
            return counts.count == 1 ? sum : counts.count * squares - sum * sum
        }
        return order.enumerated().sorted { (keys[$1.element], $0.offset) < (keys[$0.element], $1.offset) }
            .map(\.element)
    }

    /// All groups in a random order.
    func drawn(using generator: inout RandomGenerator) -> [Int] {
        var order = Array(counts.indices)
        generator.shuffle(&order)
        return order
    }

    /// The part of each group; none is empty if there are as many groups as parts.
    /// - Parameters:
    ///   - shares: the share of each part, on any scale.
    ///   - order: all groups, in the order in which they are taken.
    func parts(shares: [Double], order: [Int]) -> [Int] {
        let totals = counts.reduce(into: [Int](repeating: 0, count: counts.first?.count ?? 0)) { totals, counts in
            for (number, count) in counts.enumerated() { totals[number] += count }
        }
        let classes = totals.indices.filter { totals[$0] > 0 }
        let whole = shares.reduce(0, +)
        let scales = shares.map { whole / $0 }
        // The rows of each class in each part, and Σ n²/s and Σ n of each class.
        var rows = shares.map { _ in [Double](repeating: 0, count: totals.count) }
        var squares = [Double](repeating: 0, count: totals.count)
        var sums = squares
        var sizes = [Int](repeating: 0, count: shares.count)
        var parts = [Int](repeating: 0, count: counts.count)
        for (place, group) in order.enumerated() {
            let added = counts[group].map(Double.init)
            func growth(_ part: Int, _ number: Int) -> Double {
                (2 * rows[part][number] + added[number]) * added[number] * scales[part]
            }
            func deviation(_ part: Int) -> Double {
                classes.reduce(0) { sum, number in
                    let mean = sums[number] + added[number]
                    let square = squares[number] + growth(part, number) - mean * mean
                    return sum + max(0, square).squareRoot() / Double(totals[number])
                } / Double(classes.count)
            }
            let empty = sizes.indices.filter { sizes[$0] == 0 }
            let candidates = order.count - place <= empty.count ? empty : Array(sizes.indices)
            var best = (part: candidates[0], deviation: Double.infinity, size: Double.infinity)
            for part in candidates {
                let (deviation, size) = (deviation(part), Double(sizes[part]) * scales[part])
                // Differences due to rounding are ties.
                let isEqual = abs(deviation - best.deviation) <= 1e-9
                if isEqual ? size < best.size : deviation < best.deviation { best = (part, deviation, size) }
            }
            for number in classes {
                squares[number] += growth(best.part, number)
                sums[number] += added[number]
                rows[best.part][number] += added[number]
            }
            sizes[best.part] += counts[group].reduce(0, +)
            parts[group] = best.part
        }
        return parts
    }
}
