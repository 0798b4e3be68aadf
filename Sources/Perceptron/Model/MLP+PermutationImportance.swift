extension MLP {
    /// How much worse the model's predictions become when the values of a column are shuffled among the rows.
    ///
    /// - Parameters:
    ///   - inputs: rows × `inputFeatures`, preferably rows that the model was not trained on.
    ///   - targets: the targets of the rows.
    ///   - weights: how many rows each row counts as in the metric.
    ///   - metric: the measure of how good predictions are.
    ///   - loss: what the model was trained with, if its outputs are not predictions but, say, logits.
    ///   - repeats: how many times each column is permuted, at least 1.
    ///   - seed: decides the permutations.
    ///   - threads: the most threads to use, each with a copy of the inputs; as many as help if nil. The bits don't
    ///     depend on it.
    /// - Throws: `PerceptronError` if an argument or value is not usable.
    public func permutationImportance(
        inputs: Matrix<Scalar>, targets: Targets<Scalar>, weights: [Double]? = nil, metric: Metric,
        loss: (any Loss)? = nil, repeats: Int = 5, seed: UInt64 = 0, threads: Int? = nil
    ) throws(PerceptronError) -> PermutationImportance {
        let model = try followed(
            by: loss?.outputFunction(lastLayer: layers[layers.count - 1], outputFeatures: outputFeatures) ?? .identity)
        return try PermutationImportance(
            of: inputs, targets: targets, weights: weights, metric: metric, repeats: repeats, seed: seed,
            threads: threads
        ) { inputs throws(PerceptronError) in
            // A column has a thread to itself.
            try model.predict(inputs, threads: 1)
        }
    }

    /// The same for the class of each row.
    public func permutationImportance(
        inputs: Matrix<Scalar>, targets: [Int], weights: [Double]? = nil, metric: Metric,
        loss: (any Loss)? = nil, repeats: Int = 5, seed: UInt64 = 0, threads: Int? = nil
    ) throws(PerceptronError) -> PermutationImportance {
        try permutationImportance(
            inputs: inputs, targets: .classes(targets), weights: weights, metric: metric, loss: loss, repeats: repeats,
            seed: seed, threads: threads)
    }
}
