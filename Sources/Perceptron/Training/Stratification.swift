/// Stratified drawing of rows: each class gets its share.
enum Stratification {
    /// Groups rows by class, keeping the given order; one group without classes.
    /// - Parameter classOfRow: from 0 to `classCount` − 1; nil without classes.
    static func groups(of order: [Int], classCount: Int, classOfRow: ((Int) -> Int)?) -> [[Int]] {
        guard let classOfRow else { return [order] }
        var groups = [[Int]](repeating: [], count: classCount)
        for row in order { groups[classOfRow(row)].append(row) }
        return groups
    }

    /// Marks `count` of 0 ..< rows as drawn: the first rows of each group, as many as its share.
    static func draw(_ count: Int, of groups: [[Int]], rows: Int) -> [Bool] {
        let shares = largestRemainders(groups.map(\.count), total: count)
        var isDrawn = [Bool](repeating: false, count: rows)
        for (group, share) in zip(groups, shares) {
            for row in group.prefix(share) { isDrawn[row] = true }
        }
        return isDrawn
    }

    /// Shares of `total` in proportion to the counts: rounded down, then one more for the largest remainders.
    private static func largestRemainders(_ counts: [Int], total: Int) -> [Int] {
        let sum = counts.reduce(0, +)
        // In integers, so that equal remainders are equal.
        let products = counts.map { $0.multipliedFullWidth(by: total) }
        let divided = products.map { sum.dividingFullWidth($0) }
        var shares = divided.map(\.quotient)
        let order = counts.indices.sorted {
            (divided[$1].remainder, $0) < (divided[$0].remainder, $1)
        }
        for index in order.prefix(total - shares.reduce(0, +)) { shares[index] += 1 }
        return shares
    }
}
