extension TabularModel {
    /// Searches for settings that suit these rows better than the recipe's own, and fits the model with the best ones.
    ///
    /// The search is successive halving (Jamieson and Talwalkar 2016). The model's own settings and others drawn at
    /// random are trained for a ninth of the recipe's epochs; the third that does best on the held-out rows is trained
    /// for a third of the epochs; and the best third of these, if that is more than one, for all epochs. With fewer
    /// than nine settings there are two rounds, with fewer than three one. Classes are judged by accuracy, numbers by
    /// the root mean squared error, and ties by the loss.
    ///
    /// The search spaces are those of RealMLP-HPO (Holzmüller et al. 2024) and TabM (Gorishniy et al. 2025), as far as
    /// the recipes have these settings:
    /// - `.realMLP`: learning rate 0.02 to 0.3, log-uniform; 3 layers of 256 (probability 0.6), 5 of 64 (0.2) or 1 of
    ///   512 (0.2); dropout 0 (0.3), 0.15 (0.5) or 0.3 (0.2); weight decay 0 or 0.02; label smoothing 0 (0.3) or 0.1
    ///   (0.7); ReLU, SELU or Mish; standard deviation of the frequencies 0.05 to 0.5, log-uniform. `.realMLPSimple`:
    ///   those of these that it has.
    /// - `.tabM`: learning rate 10⁻⁴ to 5·10⁻³, log-uniform; 1 to 5 layers; width 64 to 1024 in steps of 16; dropout 0,
    ///   or uniform up to 0.5; weight decay 0, or 10⁻⁴ to 10⁻¹, log-uniform.
    /// - `.plain`: learning rate 10⁻⁴ to 10⁻², log-uniform; dropout 0, 0.1, 0.2 or 0.3; weight decay 0, 10⁻⁵, 10⁻⁴ or
    ///   10⁻³.
    /// - Parameters:
    ///   - data: rows with targets, as `fit` takes them.
    ///   - budget: how many settings to try, or for how long. Only a number of trials is reproducible from the seed.
    ///   - validation: the held-out rows; by default a fifth of all rows.
    ///   - intervals: whether the final fit trains prediction intervals, if the targets are numbers.
    ///   - checkpoints: the folder that keeps the trials and the final fit: the same call continues after an
    ///     interruption, with the bits that it would have had. Trials that had not ended start anew.
    ///   - callbacks: called after steps and epochs, from several threads at the same time. One that ends a training
    ///     also ends the search; the best settings so far are then fitted, with the same callbacks.
    ///   - across: the processes that divide the trials among them, and then fit the best settings together. Each of
    ///     them makes this call with the same data, and calls its callbacks for its own trials.
    ///   - progress: what to print on stderr: a line for each trial, and what `fit` prints.
    ///   - threads: the most networks to train at the same time; as many as help if nil.
    /// - Returns: the trials and the best settings, which become the model's `settings`.
    /// - Throws: `PerceptronError` as `fit` does; `.invalidArgument` if the budget is not positive. The model is then
    ///   unchanged.
    @discardableResult
    public mutating func tune(
        on data: Dataset<Scalar>, budget: TuningBudget,
        validation: Pipeline<Scalar>.Validation = .fraction(0.2), intervals: Bool = false,
        checkpoints: FitCheckpoints? = nil, callbacks: [TrainingCallback<Scalar>] = [],
        across: (any ProcessGroup)? = nil,
        progress: Progress = .automatic, threads: Int? = nil
    ) throws(PerceptronError) -> Tuning {
        try budget.check()
        try checkArguments(data, intervals: intervals)
        var search = SettingsSearch(
            recipe: recipe, own: settings,
            table: try PreparedTable(data, validation, for: recipe, seed: seed), budget: budget, seed: seed,
            callbacks: callbacks, progress: progress, threads: try checkedThreads(threads), across: across)
        guard checkpoints == nil || across == nil else {
            throw .invalidArgument("a search across processes keeps no trials; give checkpoints or across, not both")
        }
        search.record = try checkpoints?.begin(search.identity)
        let (tuning, isStopped) = try search()
        var tuned = self
        tuned.settings = tuning.best
        // The best settings of a part of the search may not be those of the whole, whose fit the folder is for.
        try tuned.fit(
            data, validation: validation, intervals: intervals, checkpoints: isStopped ? nil : checkpoints,
            callbacks: callbacks, across: across, progress: progress, threads: threads)
        self = tuned
        return tuning
    }
}
