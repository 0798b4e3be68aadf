#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Calibrates probabilities by one number: softmax(log p / temperature).
///
/// A temperature above 1 lowers the confidence, one below 1 raises it; the most probable class stays the same. Fit it
/// to
/// rows that the model was not trained on.
///
/// ```swift
/// let scaling = try TemperatureScaling(fitting: model.predict(validationInputs), validationClasses)
/// let probabilities = try scaling.apply(to: model.predict(x))
/// ```
/// Guo et al., "On Calibration of Modern Neural Networks", 2017; scikit-learn's
/// `CalibratedClassifierCV(method="temperature")`. log p is log(p + 2⁻⁵²), so that 0 has one.
public struct TemperatureScaling: Equatable, Sendable, Codable {
    /// The temperature, more than 0; 1 changes nothing.
    public let temperature: Double

    /// Creates a scaling with a known temperature.
    ///
    /// - Throws: `PerceptronError.invalidArgument` unless the temperature is finite and above 0.
    public init(temperature: Double) throws(PerceptronError) {
        guard temperature > 0, temperature.isFinite else {
            throw .invalidArgument("the temperature is \(temperature); it must be finite and more than 0")
        }
        self.temperature = temperature
    }

    /// Fits the temperature, between e⁻¹⁰ and e¹⁰, that minimizes the log loss.
    ///
    /// It is at the lower end if every row is predicted correctly, and at the upper end if the targets are the unlikely
    /// classes; if all probabilities are equal it is 1.
    /// - Parameters:
    ///   - probabilities: rows × classes, or one column with the probability of class 1.
    ///   - targets: the class of each row, or one-hot rows.
    ///   - weights: how many rows each row counts as.
    /// - Throws: `PerceptronError` if the shapes don't fit, there are no rows, or a value is out of its range.
    public init<Scalar>(
        fitting probabilities: Matrix<Scalar>, _ targets: Targets<Scalar>, weights: [Double]? = nil
    ) throws(PerceptronError) {
        let rows = try ClassifiedRows(probabilities.doubles, targets.doubles, weights)
        try rows.checkProbabilities()
        temperature = 1 / TemperatureScaling.bestInverse(rows)
    }

    /// The same for the class of each row.
    public init<Scalar>(
        fitting probabilities: Matrix<Scalar>, _ targets: [Int], weights: [Double]? = nil
    ) throws(PerceptronError) {
        try self.init(fitting: probabilities, .classes(targets), weights: weights)
    }

    /// The probabilities at this temperature, of the same shape.
    /// - Throws: `PerceptronError.invalidValue` if a number is not a probability.
    public func apply<Scalar>(to probabilities: Matrix<Scalar>) throws(PerceptronError) -> Matrix<Scalar> {
        let (rows, columns) = (probabilities.rows, probabilities.columns)
        guard rows > 0 else { return probabilities }
        let known = try ClassifiedRows(
            probabilities.doubles, .classes([Int](repeating: 0, count: rows)), nil)
        try known.checkProbabilities()
        var scaled = probabilities
        for row in 0..<rows {
            let distribution = TemperatureScaling.softmax(TemperatureScaling.logits(known, row), by: 1 / temperature)
            for column in 0..<columns { scaled[row, column] = Scalar(distribution[columns == 1 ? 1 : column]) }
        }
        return scaled
    }

    private static func logits(_ rows: ClassifiedRows, _ row: Int) -> [Double] {
        (0..<rows.classes).map { log(rows.probability(row, $0) + .ulpOfOne) }
    }

    private static func softmax(_ logits: [Double], by factor: Double) -> [Double] {
        let largest = logits.max() ?? 0
        let powers = logits.map { exp(factor * ($0 - largest)) }
        let sum = powers.reduce(0, +)
        return powers.map { $0 / sum }
    }

    /// The b with the least mean of log Σ exp(b · z) − b · z(target), which is convex in b: Newton's steps inside of a
    /// bracket, which is halved instead where a step would leave it or is not much smaller than the one before.
    private static func bestInverse(_ rows: ClassifiedRows) -> Double {
        let logits = rows.targets.indices.map { self.logits(rows, $0) }
        /// The slope E(z) − z(target) and the curvature Var(z), means over the rows.
        func derivatives(_ inverse: Double) -> (slope: Double, curvature: Double) {
            var (slope, curvature) = (CompensatedSum(), CompensatedSum())
            for (row, z) in logits.enumerated() {
                let target = z[rows.targets[row]]
                let distribution = softmax(z, by: inverse)
                // Measured from the target: what is certain and right adds nothing, and no rounding.
                let mean = zip(distribution, z).reduce(0) { $0 + $1.0 * ($1.1 - target) }
                let variance = zip(distribution, z).reduce(0) {
                    $0 + $1.0 * ($1.1 - target - mean) * ($1.1 - target - mean)
                }
                slope += rows.weights[row] * mean
                curvature += rows.weights[row] * variance
            }
            return (slope.value, curvature.value)
        }

        var (low, high) = (exp(-10.0), exp(10.0))
        if derivatives(1).slope < 0, derivatives(high).slope <= 0 { return high }
        var (inverse, step) = (1.0, Double.infinity)
        while step > 0x1p-50 * inverse {
            let (slope, curvature) = derivatives(inverse)
            if slope == 0 { return inverse }
            if slope < 0 { low = inverse } else { high = inverse }
            var next = inverse - slope / curvature
            if !(next > low && next < high && abs(next - inverse) < step / 2) { next = (low * high).squareRoot() }
            step = abs(next - inverse)
            inverse = next
        }
        return inverse
    }
}
