extension Pipeline {
    /// How much worse the predictions become when a raw column no longer belongs to its rows; see
    /// `MLP.permutationImportance`. What the preprocessing makes of a column goes with it.
    ///
    /// - Parameters:
    ///   - data: rows with targets, best ones that were not trained on; the rows count with their weights.
    ///   - metric: what says how good predictions are.
    ///   - repeats: how often each column is permuted, at least 1.
    ///   - seed: where the permutations come from.
    ///   - threads: how many threads to use at the most, each with a copy of the inputs; as many as serve if nil. The bits
    ///     don't depend on it.
    /// - Throws: `PerceptronError` as `evaluate` does, and `.invalidArgument` if `repeats` or `threads` is less than 1.
    public func permutationImportance(
        on data: Dataset<Scalar>, metric: Metric, repeats: Int = 5, seed: UInt64 = 0, threads: Int? = nil
    ) throws(PerceptronError) -> PermutationImportance {
        let targets = try data.targets(labelNames: checkedTrained().labelNames)
        return try PermutationImportance(
            of: data.inputs, targets: targets, weights: data.weights, metric: metric, repeats: repeats, seed: seed,
            threads: threads
        ) { inputs throws(PerceptronError) in
            // A column has a thread to itself.
            try predict(data.replacing(inputs), threads: 1)
        }
    }
}

extension Dataset {
    /// These columns with other rows in them, and no targets.
    fileprivate func replacing(_ inputs: Matrix<Scalar>) -> Dataset {
        Dataset(
            storage: Storage(
                inputs: inputs, targets: nil, weights: nil, columns: columns, targetNames: [], labelNames: []))
    }
}
