extension TabularModel {
    /// Searches for settings that suit these rows better than the recipe's own, and fits the model with the best ones.
    ///
    /// It is successive halving (Jamieson and Talwalkar 2016): settings drawn at random, behind the model's own, are each trained
    /// for a ninth of the recipe's epochs; the third that does best on the rows held out for a third of the epochs; and of
    /// these a third, if it is more than one, for all. Of fewer than nine settings or three there are fewer rounds. Classes
    /// are judged by accuracy, numbers by the root mean squared error, equal ones by the loss.
    ///
    /// The settings are those of RealMLP-HPO (Holzmüller et al. 2024) and of TabM (Gorishniy et al. 2025) that the recipes have:
    /// - `.realMLP`: learning rate from 0.02 to 0.3 on a logarithmic scale; 3 layers of 256 (6 times of 10), 5 of 64 or 1 of 512;
    ///   dropout 0 (3 of 10), 0.15 (5) or 0.3; weight decay 0 or 0.02; label smoothing 0 (3 of 10) or 0.1; ReLU, SELU or
    ///   Mish; deviation of the frequencies from 0.05 to 0.5, logarithmic. `.realMLPSimple`: of these what it has.
    /// - `.tabM`: learning rate from 10⁻⁴ to 5·10⁻³, logarithmic; 1 to 5 layers; width from 64 to 1024 in steps of 16; dropout 0 or
    ///   up to 0.5; weight decay 0, or from 10⁻⁴ to 10⁻¹, logarithmic.
    /// - `.plain`: learning rate from 10⁻⁴ to 10⁻², logarithmic; dropout 0, 0.1, 0.2 or 0.3; weight decay 0, 10⁻⁵, 10⁻⁴ or 10⁻³.
    /// - Parameters:
    ///   - data: rows with targets, as `fit` takes them.
    ///   - budget: how many settings to try, or for how long; with a number of trials the seed decides the bits.
    ///   - validation: the held-out rows; a fifth of all by default.
    ///   - intervals: whether numbers get intervals in the last fit.
    ///   - callbacks: what to call after steps and epochs, from several threads at the same time. One that ends a training
    ///     ends the search: the best settings of those that were tried are fitted then, with the same callbacks.
    ///   - across: processes among which the trials are dealt, and which fit the best together; each makes this call with the
    ///     same data. Callbacks are called for the trials of each.
    ///   - progress: what to print on stderr: a line for each trial, and what `fit` prints.
    ///   - threads: the most networks to train at the same time; as many as help if nil.
    /// - Returns: the trials and the best settings, which become the model's `settings`.
    /// - Throws: `PerceptronError` as `fit` does; `.invalidArgument` if the budget is not positive. The model is
    ///   unchanged then.
    @discardableResult
    public mutating func tune(
        on data: Dataset<Scalar>, budget: TuningBudget,
        validation: Pipeline<Scalar>.Validation = .fraction(0.2), intervals: Bool = false,
        callbacks: [TrainingCallback<Scalar>] = [], across: (any ProcessGroup)? = nil,
        progress: Progress = .automatic, threads: Int? = nil
    ) throws(PerceptronError) -> Tuning {
        try budget.check()
        try checkArguments(data, intervals: intervals)
        let search = SettingsSearch(
            recipe: recipe, own: settings,
            table: try PreparedTable(data, validation, for: recipe, seed: seed), budget: budget, seed: seed,
            callbacks: callbacks, progress: progress, threads: try checkedThreads(threads), across: across)
        let tuning = try search()
        var tuned = self
        tuned.settings = tuning.best
        try tuned.fit(
            data, validation: validation, intervals: intervals, callbacks: callbacks, across: across,
            progress: progress, threads: threads)
        self = tuned
        return tuning
    }
}
