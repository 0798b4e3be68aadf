extension Pipeline {
    /// How much worse the predictions become when a raw column is shuffled among the rows; see
    /// `MLP.permutationImportance`. All preprocessed columns made from it are shuffled together.
    ///
    /// - Parameters:
    ///   - data: rows with targets, preferably ones that were not trained on; the rows count with their weights.
    ///   - metric: the measure of how good predictions are.
    ///   - repeats: how many times each column is permuted, at least 1.
    ///   - seed: decides the permutations.
    ///   - threads: the most threads to use, each with a copy of the inputs; as many as help if nil. The bits don't
    ///     depend on it.
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
