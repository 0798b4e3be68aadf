import Perceptron

/// How far a result is from the naive kernel's.
///
/// Both round at most k times on the way to an element, a sum of k products; what they may differ by is measured
/// against (k + 2)·u·Σ|a||b|, where u is half the distance from 1 to the next scalar.
struct Agreement {
    /// The largest difference over the bound for that element; at most 1 if the result is right.
    private(set) var largest = 0.0
    /// Where that is, and what is there.
    private(set) var place = ""
    /// Whether only some rows and columns were compared.
    let isSampled: Bool

    var holds: Bool { largest <= 1 }

    /// Compares the result of a product with the definition: all elements if there are at most `limit` multiplications
    /// in it, else those of some rows and some columns, spread evenly from the first to the last.
    init<Scalar>(_ product: Product<Scalar>, _ result: [Scalar], limit: Int) {
        isSampled = product.shape.multiplyAdds > limit
        let rows = 0..<product.rows
        let columns = 0..<product.columns
        guard isSampled else {
            for row in rows { compare(product, result, row: row, columns) }
            return
        }
        for row in Agreement.sample(of: rows) { compare(product, result, row: row, columns) }
        let some = Agreement.sample(of: columns)
        for row in rows { compare(product, result, row: row, some) }
    }

    static let sampleSize = 8

    private static func sample(of range: Range<Int>) -> [Int] {
        if range.count <= sampleSize { return Array(range) }
        return (0..<sampleSize).map { range.lowerBound + $0 * (range.count - 1) / (sampleSize - 1) }
    }

    private mutating func compare<Scalar>(
        _ product: Product<Scalar>, _ result: [Scalar], row: Int, _ columns: some Sequence<Int>
    ) {
        let inner = product.inner
        let tolerance = Scalar(inner + 2) * Scalar.ulpOfOne / 2
        product.withFactors { left, right in
            for column in columns {
                let (value, magnitude) = NaiveKernels.element(row: row, column: column, inner: inner, left, right)
                let found = result[row * product.columns + column]
                let difference = abs(found - value)
                if difference == 0 { continue }
                // Not a number is no agreement.
                let error = difference.isNaN ? .infinity : Double(difference / (tolerance * magnitude))
                if error > largest {
                    largest = error
                    place =
                        "row \(row), column \(column) is \(found), the naive kernel has \(value): "
                        + "\(Format.digits(error)) times the bound"
                }
            }
        }
    }
}
