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
    /// Outputs must be probabilities: from 0 to 1, with sum 1 in each row.
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

    /// The mean difference between confidence, the probability of the predicted class, and accuracy.
    ///
    /// Σ |accuracy − mean confidence| · weight of the bin / total weight, over bins of confidence of equal width, closed
    /// above: (i/bins, (i+1)/bins]. Guo et al., "On Calibration of Modern Neural Networks", 2017. Outputs must be
    /// probabilities, `bins` at least 1.
    public static func expectedCalibrationError(bins: Int) -> Metric {
        Metric(
            "expected calibration error", largerIsBetter: false,
            ofClasses: { rows throws(PerceptronError) in
                try CalibrationCurve(rows, bins: bins).expectedError
            })
    }
}
