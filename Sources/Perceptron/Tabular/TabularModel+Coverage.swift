extension TabularModel {
    /// Measures what fraction of the targets lies within the prediction intervals at `level`, and how wide the
    /// intervals are.
    ///
    /// Both are means over the rows, with their weights, and over the targets if there are several. On the rows held
    /// out in the fit, the fraction is what the intervals were calibrated to; use other rows to judge them.
    /// - Parameters:
    ///   - level: from 0.5 to 0.99.
    ///   - data: rows with targets that the model has not seen.
    ///   - threads: the most threads to use; as many as help if nil. The bits don't depend on it.
    /// - Throws: `PerceptronError` as `predictionInterval` does, and `.invalidArgument` if there are no targets.
    public func intervalCoverage(
        _ level: Double = 0.9, on data: Dataset<Scalar>, threads: Int? = nil
    ) throws(PerceptronError) -> IntervalCoverage {
        let (lower, upper) = try predictionInterval(level, for: data, threads: threads)
        guard case .matrix(let targets) = data.targets else {
            throw .invalidArgument("the data set has no targets that intervals could cover")
        }
        return try IntervalCoverage(level, lower: lower, upper: upper, targets: targets, weights: data.weights)
    }
}
