extension TabularModel {
    /// How large a part of rows with targets lies within the intervals for a part `level`, and how wide these are: means over the
    /// rows by their weights, and over the targets if there are several.
    ///
    /// Of rows that were held out when the model was fitted, the part is what it was made to be; other rows show what it is worth.
    /// - Parameter level: from 0.5 to 0.99.
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
