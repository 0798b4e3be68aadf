extension TabularModel {
    /// Fits a copy of the model on each of the data's folds, and predicts the rows left out; folds in parallel.
    ///
    /// The model itself doesn't change.
    /// - Parameters:
    ///   - data: rows with targets.
    ///   - count: how many folds, at least 2, and at most the data's rows.
    ///   - seed: decides which rows share a fold; the model's own seed decides what is random in training.
    ///   - groups: what keeps rows together: those of a group are in one fold, and on one side where rows are held out.
    ///   - order: `.forward` to train on the past alone.
    ///   - metrics: what to compute from each fold's predictions, with the rows' weights.
    ///   - intervals: whether the folds' models get intervals, as `fit` gives them, for `inspect` to see.
    ///   - epochs: whole passes over the rows at most; as many as the recipe has if nil.
    ///   - across: processes among which the folds are dealt, each of which makes this call with the same data; all get the
    ///     result, and `inspect` is called where a fold was trained.
    ///   - threads: the most folds to train at the same time; as many as help if nil. The bits don't depend on it.
    ///   - inspect: called with the model of each fold, the rows left out and the fold's number, counted from 0; from several
    ///     threads at the same time.
    /// - Throws: `PerceptronError` if an argument or value is not usable, or training diverges; the message of an error
    ///   in a fold begins with "fold 1 of 5"; of several, the first fold's error is thrown.
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
