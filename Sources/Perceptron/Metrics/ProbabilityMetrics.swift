#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

extension Metric {
    /// −mean log p(target), each probability kept within 2⁻⁵² of 0 and 1 (`sklearn.metrics.log_loss`).
    ///
    /// Outputs must be probabilities: from 0 to 1, each row 1 together.
    public static let logLoss = Metric(
        "log loss", largerIsBetter: false,
        ofClasses: { rows throws(PerceptronError) in
            try rows.checkProbabilities()
            let least = Double.ulpOfOne
            return rows.mean { row in -log(min(max(rows.probability(row, rows.targets[row]), least), 1 - least)) }
        })

    /// The mean squared distance of the probabilities from the one-hot target (`sklearn.metrics.brier_score_loss`).
    ///
    /// With two classes it is mean (p − y)² of class 1, from 0 to 1; with more the squares of all classes are summed,
    /// from 0 to 2: scikit-learn's `scale_by_half="auto"`. Outputs must be probabilities.
    public static let brierScore = Metric(
        "Brier score", largerIsBetter: false,
        ofClasses: { rows throws(PerceptronError) in
            try rows.checkProbabilities()
            let scale = rows.classes == 2 ? 0.5 : 1
            return scale
                * rows.mean { row in
                    var sum = 0.0
                    for number in 0..<rows.classes {
                        let error = rows.probability(row, number) - (rows.targets[row] == number ? 1 : 0)
                        sum += error * error
                    }
                    return sum
                }
        })

    /// `expectedCalibrationError(bins: 15)`
    public static let expectedCalibrationError = expectedCalibrationError(bins: 15)

    /// By how much the confidence in a prediction, its probability, differs from the part of predictions that are right.
    ///
    /// Σ |accuracy − mean confidence| · weight of the bin / total weight, over bins of confidence of equal width, closed
    /// above: (i/bins, (i+1)/bins]. Guo et al., "On Calibration of Modern Neural Networks", 2017. Outputs must be
    /// probabilities, `bins` at least 1.
    public static func expectedCalibrationError(bins: Int) -> Metric {
        Metric(
            "expected calibration error", largerIsBetter: false,
            ofClasses: { rows throws(PerceptronError) in
                guard bins > 0 else {
                    throw .invalidArgument("expected calibration error: \(bins) bins; at least 1 is needed")
                }
                try rows.checkProbabilities()
                var gaps = [CompensatedSum](repeating: CompensatedSum(), count: bins)
                for (row, weight) in rows.weights.enumerated() {
                    let prediction = rows.prediction(row)
                    let confidence = rows.probability(row, prediction)
                    let isRight = prediction == rows.targets[row]
                    gaps[calibrationBin(confidence, of: bins)] += weight * ((isRight ? 1 : 0) - confidence)
                }
                return gaps.map { abs($0.value) }.compensatedSum() / rows.weights.compensatedSum()
            })
    }
}

/// The i with i/bins < confidence ≤ (i+1)/bins, the borders rounded once; 0 has the first bin too.
private func calibrationBin(_ confidence: Double, of bins: Int) -> Int {
    var bin = min(max(Int((confidence * Double(bins)).rounded(.up)) - 1, 0), bins - 1)
    // The product may have been rounded across a border.
    if bin > 0, confidence <= Double(bin) / Double(bins) { bin -= 1 }
    if bin + 1 < bins, confidence > Double(bin + 1) / Double(bins) { bin += 1 }
    return bin
}
