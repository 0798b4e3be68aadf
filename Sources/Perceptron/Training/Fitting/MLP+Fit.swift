extension MLP {
    /// Fits the model to all rows at once, iterating until convergence, and returns the result.
    ///
    /// ```swift
    /// let fit = try model.fit(inputs: x, targets: y, loss: MeanSquaredError(), method: LevenbergMarquardt())
    /// let errors = try fit.predictionStandardErrors(x)
    /// ```
    ///
    /// The fit minimises the loss of what `predict` computes: layers that act only in training, such as dropout, do
    /// nothing, and running statistics don't change.
    /// - Parameters:
    ///   - inputs: rows × `inputFeatures`.
    ///   - targets: rows × `outputFeatures`, or as many columns as the loss takes.
    ///   - loss: the loss to minimise; `LevenbergMarquardt` needs `MeanSquaredError`.
    ///   - method: ``LevenbergMarquardt`` or ``LBFGS``.
    ///   - validation: rows to evaluate the model on after each iteration, which are not fitted.
    ///   - earlyStopping: when to end before convergence; epochs mean iterations.
    ///   - metrics: what to compute after each iteration, on the validation rows or, without validation, on the fitted
    ///     rows.
    ///   - callbacks: what to call after each iteration; each can end the fit.
    ///   - sampleWeights: how many rows each row counts as; 1 if nil.
    ///   - classWeights: the factor of each class's part of the loss; 1 if nil.
    ///   - progress: what to print on stderr; `.silent` for nothing.
    ///   - threads: the most threads to use; as many as help if nil. The bits don't depend on it.
    ///
    /// ``FitOptions`` has the details of the options.
    /// - Throws: `PerceptronError` if an argument or value is not usable, before anything has changed; `.diverged` if the
    ///   loss is not finite at the start; and what a callback throws.
    @discardableResult
    public mutating func fit(
        inputs: Matrix<Scalar>, targets: Matrix<Scalar>, loss: any Loss, method: any FitMethod,
        validation: Validation<Scalar>? = nil, earlyStopping: EarlyStopping? = nil, metrics: [Metric] = [],
        callbacks: [TrainingCallback<Scalar>] = [], sampleWeights: [Double]? = nil, classWeights: [Double]? = nil,
        progress: Progress = .automatic, threads: Int? = nil
    ) throws(PerceptronError) -> Fit<Scalar> {
        try fit(
            inputs: inputs, targets: .matrix(targets), loss: loss, method: method,
            options: FitOptions(
                validation: validation, earlyStopping: earlyStopping, metrics: metrics, callbacks: callbacks,
                sampleWeights: sampleWeights, classWeights: classWeights, progress: progress),
            threads: threads)
    }

    /// The same for classes: `targets` has the class of each row, from 0 to `outputFeatures` − 1, with one output 0 or 1.
    @discardableResult
    public mutating func fit(
        inputs: Matrix<Scalar>, targets: [Int], loss: any Loss, method: any FitMethod,
        validation: Validation<Scalar>? = nil, earlyStopping: EarlyStopping? = nil, metrics: [Metric] = [],
        callbacks: [TrainingCallback<Scalar>] = [], sampleWeights: [Double]? = nil, classWeights: [Double]? = nil,
        progress: Progress = .automatic, threads: Int? = nil
    ) throws(PerceptronError) -> Fit<Scalar> {
        try fit(
            inputs: inputs, targets: .classes(targets), loss: loss, method: method,
            options: FitOptions(
                validation: validation, earlyStopping: earlyStopping, metrics: metrics, callbacks: callbacks,
                sampleWeights: sampleWeights, classWeights: classWeights, progress: progress),
            threads: threads)
    }

    /// The same for targets of either kind, with all options as one value.
    @discardableResult
    public mutating func fit(
        inputs: Matrix<Scalar>, targets: Targets<Scalar>, loss: any Loss, method: any FitMethod,
        options: FitOptions<Scalar>, threads: Int? = nil
    ) throws(PerceptronError) -> Fit<Scalar> {
        var trainer = try Trainer(model: self, loss: loss, optimizer: Adam(), threads: threads)
        defer { self = trainer.model }
        return try trainer.fit(inputs: inputs, targets: targets, method: method, options: options)
    }
}
