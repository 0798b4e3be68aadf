/// Accuracy by confidence, the probability of the predicted class.
///
/// A calibrated model is right in about 80 % of the predictions with a confidence of about 0.8 (Guo et al., "On
/// Calibration of Modern Neural Networks", 2017).
public struct CalibrationCurve: Equatable, Sendable {
    /// The predictions with a confidence in (lower, upper]; the first bin includes 0.
    public struct Bin: Equatable, Sendable {
        /// The lower end of the bin, exclusive.
        public let lower: Double
        /// The upper end of the bin, inclusive.
        public let upper: Double
        /// The weight of its rows.
        public let weight: Double
        /// The mean of the confidences; NaN if the bin has no weight.
        public let confidence: Double
        /// The fraction of correct predictions; NaN if the bin has no weight.
        public let accuracy: Double
    }

    /// Bins of equal width, from 0 to 1.
    public let bins: [Bin]
    /// Σ |accuracy − mean confidence| · weight of the bin / total weight.
    public let expectedError: Double

    /// Creates the curve from probabilities and targets, in the form that ``Metric`` takes them.
    /// - Throws: `PerceptronError` if the shapes don't fit, there are no rows, a value is out of its range, or `bins` is less
    ///   than 1.
    public init<Scalar>(
        _ outputs: Matrix<Scalar>, _ targets: Targets<Scalar>, weights: [Double]? = nil, bins count: Int = 10
    ) throws(PerceptronError) {
        try self.init(ClassifiedRows(outputs.doubles, targets.doubles, weights), bins: count)
    }

    init(_ rows: ClassifiedRows, bins count: Int) throws(PerceptronError) {
        guard count > 0 else {
            throw .invalidArgument("expected calibration error: \(counted(count, "bin")); at least 1 is needed")
        }
        try rows.checkProbabilities()
        let none = [CompensatedSum](repeating: CompensatedSum(), count: count)
        var (weights, confidences, hits, gaps) = (none, none, none, none)
        for (row, weight) in rows.weights.enumerated() {
            let prediction = rows.prediction(row)
            let confidence = rows.probability(row, prediction)
            let hit = prediction == rows.targets[row] ? 1.0 : 0
            let bin = CalibrationCurve.bin(confidence, of: count)
            weights[bin] += weight
            confidences[bin] += weight * confidence
            hits[bin] += weight * hit
            gaps[bin] += weight * (hit - confidence)
        }
        bins = (0..<count).map { bin in
            Bin(
                lower: Double(bin) / Double(count), upper: Double(bin + 1) / Double(count), weight: weights[bin].value,
                confidence: confidences[bin].value / weights[bin].value, accuracy: hits[bin].value / weights[bin].value)
        }
        expectedError = gaps.map { abs($0.value) }.compensatedSum() / rows.weights.compensatedSum()
    }

    /// The i with i/bins < confidence ≤ (i+1)/bins, the borders rounded once; 0 has the first bin too.
    private static func bin(_ confidence: Double, of bins: Int) -> Int {
        var bin = min(max(Int((confidence * Double(bins)).rounded(.up)) - 1, 0), bins - 1)
        // The product may have been rounded across a border.
        if bin > 0, confidence <= Double(bin) / Double(bins) { bin -= 1 }
        if bin + 1 < bins, confidence > Double(bin + 1) / Double(bins) { bin += 1 }
        return bin
    }
}
