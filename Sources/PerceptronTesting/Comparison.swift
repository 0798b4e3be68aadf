import Perceptron

/// How numbers are compared.
enum Comparison {
    /// Throws unless all numbers are equal, including the signs of zeros; NaN equals NaN.
    static func same<Scalar: BLASScalar>(
        _ found: [Scalar], _ expected: [Scalar], _ what: String
    ) throws(Finding) {
        try count(found.count, expected.count, what)
        for index in found.indices {
            let (a, b) = (found[index], expected[index])
            if a.isNaN && b.isNaN || a == b && a.sign == b.sign { continue }
            throw Finding("\(what): element \(index) is \(a), not \(b)")
        }
    }

    /// Throws unless |found − expected| ≤ `relative` · the largest expected magnitude, for every element: a small
    /// number among large ones is a difference of such numbers, and carries their rounding errors.
    static func close<Found: BLASScalar, Expected: BLASScalar>(
        _ found: [Found], _ expected: [Expected], relative: Double, _ what: String
    ) throws(Finding) {
        try count(found.count, expected.count, what)
        let largest = expected.reduce(0.0) { max($0, abs(Double($1))) }
        for index in found.indices {
            let (a, b) = (Double(found[index]), Double(expected[index]))
            if abs(a - b) <= relative * largest { continue }
            throw Finding("\(what): element \(index) is \(a), not \(b)")
        }
    }

    private static func count(_ found: Int, _ expected: Int, _ what: String) throws(Finding) {
        try expect(found == expected, "\(what): \(counted(found, "number")), not \(expected)")
    }

    /// The relative tolerance for sums that are rounded in different orders.
    static func rounding<Scalar: BLASScalar>(_: Scalar.Type) -> Double { Scalar.self == Double.self ? 1e-12 : 2e-5 }
}
