extension Trainer {
    /// Fits the model to all rows at once; see `MLP.fit`. The loss is the trainer's; the optimizer's state is kept.
    ///
    /// A trainer that was read from a checkpoint taken within a fit continues that fit (see `continuesRun`).
    @discardableResult
    public mutating func fit(
        inputs: Matrix<Scalar>, targets: Matrix<Scalar>, method: any FitMethod,
        validation: Validation<Scalar>? = nil, earlyStopping: EarlyStopping? = nil, metrics: [Metric] = [],
        callbacks: [TrainingCallback<Scalar>] = [], sampleWeights: [Double]? = nil, classWeights: [Double]? = nil,
        progress: Progress = .automatic
    ) throws(PerceptronError) -> Fit<Scalar> {
        try fit(
            inputs: inputs, targets: .matrix(targets), method: method,
            options: FitOptions(
                validation: validation, earlyStopping: earlyStopping, metrics: metrics, callbacks: callbacks,
                sampleWeights: sampleWeights, classWeights: classWeights, progress: progress))
    }

    /// The same for classes: `targets` has the class of each row.
    @discardableResult
    public mutating func fit(
        inputs: Matrix<Scalar>, targets: [Int], method: any FitMethod,
        validation: Validation<Scalar>? = nil, earlyStopping: EarlyStopping? = nil, metrics: [Metric] = [],
        callbacks: [TrainingCallback<Scalar>] = [], sampleWeights: [Double]? = nil, classWeights: [Double]? = nil,
        progress: Progress = .automatic
    ) throws(PerceptronError) -> Fit<Scalar> {
        try fit(
            inputs: inputs, targets: .classes(targets), method: method,
            options: FitOptions(
                validation: validation, earlyStopping: earlyStopping, metrics: metrics, callbacks: callbacks,
                sampleWeights: sampleWeights, classWeights: classWeights, progress: progress))
    }

    /// The same for targets of either kind, with all options as one value.
    @discardableResult
    public mutating func fit(
        inputs: Matrix<Scalar>, targets: Targets<Scalar>, method: any FitMethod, options: FitOptions<Scalar>
    ) throws(PerceptronError) -> Fit<Scalar> {
        try fit(
            Examples(inputs: inputs, targets: targets, weights: options.sampleWeights), method,
            options.training(iterations: method.maximumIterations, rows: inputs.rows))
    }

    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    mutating func fit(
        _ examples: Examples<Scalar>, _ method: any FitMethod, _ options: TrainingOptions<Scalar>
    ) throws(PerceptronError) -> Fit<Scalar> {
        try method.validate()
        try options.check()
        try examples.check(for: engine)
        var run = try begunRun(rows: examples.count, options, settings: [])
        guard run.fit != nil || run.history.losses.isEmpty && run.step == 0 else {
            throw .invalidArgument(
                "the interrupted run is one of train, which fit can't continue. Call train, or set continuesRun "
                    + "to false "
                    + "to start a new run")
        }
        var training = examples
        var held = try options.validation?.rows(for: engine)
        if case .fraction(let fraction) = options.validation?.source {
            var generator = RandomGenerator(seed: run.splitSeed)
            let parts = try examples.split(
                fraction: fraction, classes: engine.loss.targets.classes, using: &generator)
            (training, held) = (parts.first, parts.second)
        }
        if let classWeights = options.classWeights {
            training = try training.weighted(byClass: classWeights, for: engine.loss)
        }
        training = training.gathered()
        var model = model
        if let interrupted = run.interrupted { model.values = interrupted.model }
        let fit = try begunFit(method, model, training, resuming: run.fit)
        // The arguments are valid: from here on the trainer changes.
        let engine = uniqueEngine()
        engine.parameters.resume(average: nil, accumulated: nil)
        engine.set(model.values)
        engine.parameters.dropGradients()
        var evaluation: Evaluation<Scalar>?
        if let held {
            evaluation = Evaluation(held, metrics: options.metrics, engine: engine)
        } else if !options.metrics.isEmpty {
            evaluation = Evaluation(training, metrics: options.metrics, engine: engine)
        }
        run.interrupted = nil
        run.history.ending = .completed
        self.run = nil
        continuesRun = false
        let ending: FitEnding
        do throws(PerceptronError) {
            ending = try BLAS.withSingleThread { () throws(PerceptronError) in
                try goOn(with: &run, fit, evaluation, isValidation: held != nil, options)
            }
        } catch {
            if run.epoch > 1 {
                run.fit = fit.state
                self.run = run
            }
            throw error
        }
        return finish(run, fit, ending, options)
    }

    private func begunFit(
        _ method: any FitMethod, _ model: MLP<Scalar>, _ examples: Examples<Scalar>, resuming state: FitState<Scalar>?
    ) throws(PerceptronError) -> any FitRun<Scalar> {
        switch method._kind {
        case .levenbergMarquardt(let method):
            try LevenbergMarquardtRun(
                method, model, loss: engine.loss.asked, examples, threads: engine.threads, resuming: state)
        case .lbfgs(let method):
            try LBFGSRun(method, model, loss: engine.loss.asked, examples, threads: engine.threads, resuming: state)
        }
    }

    /// Runs the remaining iterations of a fit.
    private mutating func goOn(
        with run: inout TrainingRun<Scalar>, _ fit: any FitRun<Scalar>, _ evaluation: Evaluation<Scalar>?,
        isValidation: Bool, _ options: TrainingOptions<Scalar>
    ) throws(PerceptronError) -> FitEnding {
        let display = ProgressDisplay(options.progress, epochs: options.epochs, steps: 1)
        try fit.begin()
        while run.epoch <= options.epochs {
            if run.epochsWithoutImprovement >= options.earlyStopping?.patience ?? .max { return .stoppedEarly }
            let ending: FitEnding?
            switch try fit.iterate() {
            case .ended(let reason): return reason
            case .moved(let reason): ending = reason
            }
            engine.parameters.set(fit.engine.parameters.values.memory)
            display.begin(epoch: run.epoch)
            var evaluated: [(name: String, value: Double)] = []
            defer { display.end(evaluated) }
            (run.lossSum, run.weightSum) = (fit.loss, 1)
            display.advance(step: 1, loss: fit.loss)
            let evaluation = try evaluation?()
            if let evaluation {
                if isValidation { evaluated.append(("validation loss", evaluation.loss)) }
                evaluated += zip(options.metrics, evaluation.metrics).map { ($0.name, $1) }
            }
            let score = options.monitoredValue(
                loss: fit.loss, validationLoss: isValidation ? evaluation?.loss : nil,
                metrics: evaluation?.metrics ?? [])
            let epoch = run.epoch
            (run.learningRate, run.gradientNorm) = (fit.stepLength, fit.gradientNorm)
            if run.endEpoch(options, evaluated: evaluation, isValidation: isValidation, score: score),
                options.earlyStopping?.restoresBest == true
            {
                run.best?.model = fit.engine.values
            }
            if options.callbacks.isEmpty {
                if let ending { return ending }
                continue
            }
            run.fit = fit.state
            var directives: [TrainingCallback<Scalar>.Directive] = []
            for occasion in [TrainingCallback<Scalar>.Occasion.step, .epoch] {
                directives.append(
                    try call(options, on: occasion, run, epoch: epoch, step: 1, steps: 1, loss: fit.loss, score: score))
            }
            if directives.contains(.stop) { return .stoppedByCallback }
            if let ending { return ending }
        }
        return .iterations
    }

    /// Stores what an interrupted fit needs to continue, restores the best iteration's parameters if requested, and
    /// returns the result.
    private mutating func finish(
        _ run: TrainingRun<Scalar>, _ fit: any FitRun<Scalar>, _ ending: FitEnding, _ options: TrainingOptions<Scalar>
    ) -> Fit<Scalar> {
        var run = run
        var history = run.history
        if ending == .stoppedByCallback { history.ending = .stoppedByCallback }
        if ending == .stoppedEarly { history.ending = .stoppedEarly }
        if options.earlyStopping?.restoresBest == true, let best = run.best, let model = best.model {
            if ending == .stoppedByCallback { run.interrupted = .init(engine) }
            engine.set(model)
            history.keptEpoch = best.epoch
        }
        if ending == .stoppedByCallback { self.run = run }
        let levenbergMarquardt = fit as? LevenbergMarquardtRun<Scalar>
        return Fit(
            ending: ending, iterations: run.epoch - 1, evaluations: fit.evaluations,
            derivativeEvaluations: fit.derivativeEvaluations,
            loss: history.keptEpoch.map { history.losses[$0 - 1] } ?? fit.loss, history: history,
            evidence: levenbergMarquardt?.evidence,
            uncertainty: levenbergMarquardt.map { fit in
                BLAS.withSingleThread { fit.uncertainty(of: model) }
            })
    }
}

extension Examples {
    /// The same rows as matrices of their own.
    fileprivate func gathered() -> Examples {
        guard let indices else { return self }
        func gathered(_ all: [Double]) -> [Double] { indices.map { all[$0] } }
        return Examples(
            inputs: inputs.rows(indices), targets: targets.rows(indices), weights: weights.map(gathered),
            classWeights: classWeights.map { ClassWeights(rows: $0.rows.map(gathered), classes: $0.classes) })
    }
}
