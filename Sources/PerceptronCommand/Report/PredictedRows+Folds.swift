import Perceptron

extension PredictedRows {
    /// The rows predicted in a cross-validation, in the order of the data: all rows, except those that are only trained
    /// on because they come first in time.
    init(
        _ data: Dataset<Float>, _ result: CrossValidation<Float>, _ models: [FoldModels.Record]
    ) throws(PerceptronError) {
        var next = [Int](repeating: 0, count: models.count)
        var (lower, upper): ([Float], [Float]) = ([], [])
        for fold in result.folds {
            guard let fold, let bounds = models[fold].interval else { continue }
            lower.append(bounds.lower[next[fold], 0])
            upper.append(bounds.upper[next[fold], 0])
            next[fold] += 1
        }
        let predicted = result.folds.indices.filter { result.folds[$0] != nil }
        try self.init(
            data.rows(predicted), outputs: result.predictions.rows(predicted),
            interval: models.first?.interval.map { Interval(level: $0.level, lower: lower, upper: upper) })
    }
}
