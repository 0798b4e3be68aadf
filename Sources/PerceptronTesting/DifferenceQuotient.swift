import Perceptron

/// Checks gradients against difference quotients.
enum DifferenceQuotient {
    private static let step = 1e-6
    /// About how many elements of a long gradient are checked.
    private static let mostElements = 150

    /// Throws unless each element of a gradient is a slope of `function` at `point`.
    ///
    /// The slope must lie between the left and right difference quotients, up to rounding: this admits the derivative
    /// where there is one, and any subgradient at a kink.
    /// - Parameter skipping: elements for which there is no slope.
    static func check(
        _ gradient: [Double], of function: ([Double]) throws -> Double, at point: [Double], _ what: String,
        skipping: (Int) -> Bool = { _ in false }
    ) throws {
        try expect(
            gradient.count == point.count, "\(what) has \(counted(gradient.count, "element")), not \(point.count)")
        let value = try function(point)
        try expect(value.isFinite, "the function is \(value)")
        for index in stride(from: 0, to: point.count, by: max(1, point.count / mostElements)) where !skipping(index) {
            func moved(by step: Double) throws -> Double {
                var moved = point
                moved[index] += step
                return try function(moved)
            }
            let (left, right) = (try (value - moved(by: -step)) / step, try (moved(by: step) - value) / step)
            let tolerance = 1e-6 * (1 + abs(value)) + 1e-4 * max(abs(left), abs(right))
            let slope = gradient[index]
            guard slope >= min(left, right) - tolerance, slope <= max(left, right) + tolerance else {
                throw Finding("element \(index) of \(what) is \(slope); differences give \((left + right) / 2)")
            }
        }
    }
}
