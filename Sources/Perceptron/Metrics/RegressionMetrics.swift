/// With several columns, a metric is the mean over them, all alike.
extension Metric {
    /// A metric of checked rows with values, computed column by column.
    private init(
        _ name: String, largerIsBetter: Bool = false,
        ofColumns score: @escaping @Sendable (ValuedRows, _ column: Int) -> Double
    ) {
        self.init(name, largerIsBetter: largerIsBetter) { outputs, targets, weights throws(PerceptronError) in
            let rows = try ValuedRows(outputs, targets, weights)
            return rows.meanOverColumns { score(rows, $0) }
        }
    }

    /// mean (target − output)² (`sklearn.metrics.mean_squared_error`)
    public static let meanSquaredError = Metric("MSE") { rows, column in
        rows.mean { rows.error($0, column) * rows.error($0, column) }
    }

    /// √ mean (target − output)², the mean of the columns' roots (`sklearn.metrics.root_mean_squared_error`)
    public static let rootMeanSquaredError = Metric("RMSE") { rows, column in
        rows.mean { rows.error($0, column) * rows.error($0, column) }.squareRoot()
    }

    /// mean |target − output| (`sklearn.metrics.mean_absolute_error`)
    public static let meanAbsoluteError = Metric("MAE") { rows, column in
        rows.mean { abs(rows.error($0, column)) }
    }

    /// median |target − output|, the mean of the two middle ones where they are two
    /// (`sklearn.metrics.median_absolute_error`)
    public static let medianAbsoluteError = Metric("median absolute error") { rows, column in
        weightedMedian((0..<rows.outputs.rows).map { abs(rows.error($0, column)) }, rows.weights)
    }

    /// 1 − Σ (target − output)² / Σ (target − mean)² (`sklearn.metrics.r2_score`)
    ///
    /// If all targets are equal, it is 1 if the outputs equal them, otherwise 0. Throws `.invalidValue` for a single
    /// row.
    public static let r2 = Metric(
        "R²", largerIsBetter: true,
        checkingRows: { targets, _, _ throws(PerceptronError) in try checkSeveral(rows: targets.rows) }
    ) { outputs, targets, weights throws(PerceptronError) in
        let rows = try ValuedRows(outputs, targets, weights)
        try checkSeveral(rows: rows.weights.count)
        return rows.meanOverColumns { column in
            explained(
                unexplained: rows.mean { rows.error($0, column) * rows.error($0, column) },
                variance: rows.variance { rows.targets[$0, column] })
        }
    }

    /// 1 − variance of (target − output) / variance of target (`sklearn.metrics.explained_variance_score`)
    ///
    /// If all targets are equal, it is 1 if the outputs are constant too, otherwise 0.
    public static let explainedVariance = Metric("explained variance", largerIsBetter: true) { rows, column in
        explained(
            unexplained: rows.variance { rows.error($0, column) },
            variance: rows.variance { rows.targets[$0, column] })
    }

    /// mean max(alpha · (target − output), (alpha − 1) · (target − output)): the loss whose best constant output is the
    /// quantile `alpha`, from 0 to 1 (`sklearn.metrics.mean_pinball_loss`)
    public static func pinball(_ alpha: Double) -> Metric {
        Metric("pinball loss (\(alpha))", largerIsBetter: false) { outputs, targets, weights throws(PerceptronError) in
            guard alpha >= 0, alpha <= 1 else {
                throw .invalidArgument("pinball loss: alpha is \(alpha); it must be between 0 and 1")
            }
            let rows = try ValuedRows(outputs, targets, weights)
            return rows.meanOverColumns { column in
                rows.mean { row in
                    let error = rows.error(row, column)
                    return error >= 0 ? alpha * error : (alpha - 1) * error
                }
            }
        }
    }
}

private func checkSeveral(rows: Int) throws(PerceptronError) {
    guard rows > 1 else { throw .invalidValue("R² needs at least two rows") }
}

private func explained(unexplained: Double, variance: Double) -> Double {
    if unexplained == 0 { return 1 }
    return variance == 0 ? 0 : 1 - unexplained / variance
}

/// The value up to which half of the weight lies; where that is so for two of them, their mean.
///
/// Weights are summed without compensation, because scikit-learn does: what is half hangs on the last bit.
private func weightedMedian(_ values: [Double], _ weights: [Double]) -> Double {
    let order = values.indices.sorted { (values[$0], $0) < (values[$1], $1) }
    let half = order.reduce(0) { $0 + weights[$1] } / 2
    var sum = 0.0
    let place = order.firstIndex { index in
        sum += weights[index]
        return sum >= half
    }
    guard let place else { return .nan }
    if sum - half > .ulpOfOne { return values[order[place]] }
    let next = order[(place + 1)...].first { weights[$0] > 0 } ?? order[place]
    return (values[order[place]] + values[next]) / 2
}
