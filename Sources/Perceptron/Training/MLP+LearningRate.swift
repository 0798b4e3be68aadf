extension MLP {
    /// Searches for a learning rate (Smith 2017, "Cyclical learning rates").
    ///
    /// A copy of the model is trained with rates that grow by the same factor from step to step, until the loss is four
    /// times its minimum or not finite. The model itself doesn't change.
    ///
    /// ```swift
    /// let search = try model.findLearningRate(inputs: x, targets: .classes(y), loss: CrossEntropy())
    /// print(search.suggestion ?? .nan)
    /// try search.write(svg: file)
    /// ```
    /// - Parameters:
    ///   - inputs: rows × `inputFeatures`.
    ///   - targets: the targets of the rows.
    ///   - loss: the loss to minimise.
    ///   - optimizer: the optimizer; its own learning rate is ignored.
    ///   - lowest: the first rate.
    ///   - highest: the last rate.
    ///   - steps: the number of rates, at least 3.
    ///   - batchSize: rows per step.
    ///   - threads: the most threads to use; as many as help if nil. The bits don't depend on it.
    /// - Throws: `PerceptronError` if an argument or value is not usable.
    public func findLearningRate(
        inputs: Matrix<Scalar>, targets: Targets<Scalar>, loss: any Loss, optimizer: any Optimizer = Adam(),
        from lowest: Double = 1e-6, to highest: Double = 10, steps: Int = 100, batchSize: Int = 32,
        threads: Int? = nil
    ) throws(PerceptronError) -> LearningRateSearch {
        guard lowest > 0, highest > lowest, highest.isFinite else {
            throw .invalidArgument(
                "the learning rates go from \(lowest) to \(highest); the first must be positive, the last larger"
            )
        }
        guard steps > 2 else {
            throw .invalidArgument("\(counted(steps, "learning rate")) to try; at least 3 are needed")
        }
        guard batchSize > 0 else { throw .invalidArgument("the batch size is \(batchSize); at least 1 is needed") }
        let factor = power(highest / lowest, 1 / Double(steps - 1))
        let growing = Rescheduled(wrapped: optimizer, learningRate: .exponential(from: lowest, factor: factor))
        var trainer = try Trainer(model: self, loss: loss, optimizer: growing, threads: threads)
        try Examples(inputs: inputs, targets: targets).check(for: trainer.engine)
        let batches = Batches(rows: inputs.rows, batchSize: batchSize, sampling: .shuffled)
        var generator = generator
        var (order, rates, losses): ([Int], [Double], [Double]) = ([], [], [])
        for step in 0..<steps {
            let place = step % batches.steps
            if place == 0 { batches.begin(&order, using: &generator) }
            let rows = order[batches.range(step: place)]
            do throws(PerceptronError) {
                losses.append(try trainer.step(inputs: inputs.rows(rows), targets: targets.rows(rows)))
            } catch .diverged {
                break
            }
            rates.append(lowest * power(factor, Double(step)))
            if losses[step] > 4 * (losses.min() ?? 0) && step > 10 { break }
        }
        return LearningRateSearch(rates: rates, losses: losses)
    }
}

/// An optimizer with another schedule.
private struct Rescheduled: WrappingOptimizer {
    let wrapped: any Optimizer
    let learningRate: Schedule

    /// The rate may become too large for the optimizer's own guarantee.
    var keepsParametersFinite: Bool { false }
}
