extension TabularModel {
    /// Estimates by k-fold cross-validation how well the model predicts new rows.
    ///
    /// For each fold, a copy of the model is fitted to the other folds and predicts the rows of the fold. Folds run in
    /// parallel. The model itself doesn't change.
    /// - Parameters:
    ///   - data: rows with targets.
    ///   - count: the number of folds, at least 2, and at most the number of rows.
    ///   - seed: decides which rows share a fold; the model's own seed decides the randomness of training.
    ///   - groups: rows to keep together: those of a group are in the same fold, and either all held out or none.
    ///   - order: `.forward` if rows are in the order of time, to train only on the past.
    ///   - metrics: what to compute from each fold's predictions, with the rows' weights.
    ///   - intervals: whether the folds' models get intervals, as `fit` gives them, for `inspect` to see.
    ///   - epochs: the most passes over the rows; the recipe's own number if nil.
    ///   - across: the processes that divide the folds among them. Each of them makes this call with the same data, and
    ///     gets the result; `inspect` is called in the process that trained the fold.
    ///   - threads: the most folds to train at the same time; as many as help if nil. The bits don't depend on it.
    ///   - inspect: called with the model of each fold, the rows left out and the fold's number, counted from 0; calls
    ///     may come from several threads at the same time.
    /// - Returns: the predictions, and the metrics of each fold.
    /// - Throws: `PerceptronError` if an argument or value is not usable, or training diverges. The message of an error
    ///   in a fold begins with "fold 1 of 5"; if several folds fail, the first one's error is thrown.
    public func crossValidate(
        on data: Dataset<Scalar>, folds count: Int = 5, seed: UInt64 = 0, groups: RowGroups? = nil,
        order: SplitOrder = .shuffled, metrics: [Metric], intervals: Bool = false, epochs: Int? = nil,
        across: (any ProcessGroup)? = nil, threads: Int? = nil,
        inspecting inspect:
            (@Sendable (_ model: Self, _ leftOut: Dataset<Scalar>, _ fold: Int) throws(PerceptronError) -> Void)? = nil
    ) throws(PerceptronError) -> CrossValidation<Scalar> {
        try data.crossValidate(
            folds: count, seed: seed, groups: groups, order: order, metrics: metrics, across: across,
            threads: threads
        ) {
            training, validation, fold throws(PerceptronError) in
            var model = self
            try model.fit(
                training, validation: .fraction(0.2, order: order), intervals: intervals, epochs: epochs,
                progress: .silent, threads: 1)
            try inspect?(model, validation, fold)
            return try model.predict(validation, threads: 1)
        }
    }
}
