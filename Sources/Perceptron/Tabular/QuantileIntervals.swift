/// Prediction intervals: quantiles from a network of their own, widened until they cover the promised fraction of the
/// held-out rows (conformalized quantile regression; Romano, Patterson and Candès 2019).
struct QuantileIntervals<Scalar: BLASScalar>: Sendable {
    /// The quantiles that the network predicts for each target.
    static var quantiles: [Double] { [0.025, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.975] }
    /// The levels that have margins, in percent.
    static var levels: ClosedRange<Int> { 50...99 }

    /// Predicts targets × quantiles in one row, in scaled units.
    let model: MLP<Scalar>
    /// For each target and each of `levels`, how much the intervals are widened at both ends; nil where there were too
    /// few rows to tell.
    let margins: [[Double?]]

    init(model: MLP<Scalar>, margins: [[Double?]]) {
        self.model = model
        self.margins = margins
    }

    /// - Parameters:
    ///   - inputs: rows that the network has not seen.
    ///   - targets: their targets, in scaled units.
    ///   - weights: how many rows each row counts as.
    init(
        model: MLP<Scalar>, inputs: Matrix<Scalar>, targets: Matrix<Scalar>, weights: [Double]?, threads: Int
    ) throws(PerceptronError) {
        self.model = model
        let outputs = try model.predict(inputs, threads: threads)
        let weights = weights ?? [Double](repeating: 1, count: targets.rows)
        margins = (0..<targets.columns).map { target in
            QuantileIntervals.levels.map { level in
                let needed = (0..<targets.rows).map { row in
                    let (lower, upper) = QuantileIntervals.bounds(outputs, row, target, level: Double(level) / 100)
                    return max(lower - Double(targets[row, target]), Double(targets[row, target]) - upper)
                }
                return QuantileIntervals.margin(needed, weights, level: Double(level) / 100)
            }
        }
    }

    /// The smallest margin that covers a fraction `level` of n + 1 rows; nil if there are too few rows.
    private static func margin(_ needed: [Double], _ weights: [Double], level: Double) -> Double? {
        let enough = level * (weights.reduce(0, +) + 1) - 1e-9
        var count = 0.0
        for row in needed.indices.sorted(by: { needed[$0] < needed[$1] }) {
            count += weights[row]
            if count >= enough { return needed[row] }
        }
        return nil
    }

    /// The quantiles that enclose a fraction `level`, interpolated linearly between those that the network predicts.
    private static func bounds(
        _ outputs: Matrix<Scalar>, _ row: Int, _ target: Int, level: Double
    ) -> (lower: Double, upper: Double) {
        func value(_ quantile: Double) -> Double {
            let known = quantiles
            let above = known.firstIndex { $0 >= quantile } ?? known.count - 1
            let below = max(0, known[above] > quantile ? above - 1 : above)
            let (low, high) = (
                Double(outputs[row, target * known.count + below]), Double(outputs[row, target * known.count + above])
            )
            return below == above ? low : low + (high - low) * (quantile - known[below]) / (known[above] - known[below])
        }
        let (one, other) = (value((1 - level) / 2), value((1 + level) / 2))
        return (min(one, other), max(one, other))
    }

    /// How much the intervals of each target are widened.
    /// - Throws: `PerceptronError.invalidArgument` if the level is not in `levels`, or there were too few rows for it.
    func margins(_ level: Double) throws(PerceptronError) -> [Double] {
        let levels = QuantileIntervals.levels
        guard level * 100 >= Double(levels.lowerBound), level * 100 <= Double(levels.upperBound) else {
            throw .invalidArgument("the level of the intervals is \(level); it must be between 0.5 and 0.99")
        }
        // A level between two of these gets the margin of the next higher one.
        let index = Int((level * 100 - 1e-9).rounded(.up)) - levels.lowerBound
        return try margins.map { (margins) throws(PerceptronError) in
            guard let margin = margins[index] else {
                throw .invalidArgument(
                    "intervals at level \(level) need at least \(Int((level / (1 - level)).rounded(.up))) held-out rows; there "
                        + "were fewer")
            }
            return margin
        }
    }

    /// Lower and upper bounds, rows × targets each, in scaled units.
    /// - Throws: as `margins`.
    func bounds(
        _ inputs: Matrix<Scalar>, level: Double, threads: Int?
    ) throws(PerceptronError) -> (lower: Matrix<Scalar>, upper: Matrix<Scalar>) {
        let margins = try margins(level)
        let outputs = try model.predict(inputs, threads: threads)
        var lower = Matrix<Scalar>(rows: inputs.rows, columns: margins.count)
        var upper = lower
        for (target, margin) in margins.enumerated() {
            for row in 0..<inputs.rows {
                let bounds = QuantileIntervals.bounds(outputs, row, target, level: level)
                // A negative margin, where intervals were too wide, must not swap the bounds.
                let middle = (bounds.lower + bounds.upper) / 2
                lower[row, target] = Scalar(min(bounds.lower - margin, middle))
                upper[row, target] = Scalar(max(bounds.upper + margin, middle))
            }
        }
        return (lower, upper)
    }
}
