extension Trainer {
    /// Trains for a number of epochs; see `MLP.train`. What the optimizer has gathered is kept from call to call.
    ///
    /// A trainer that was read from a checkpoint taken within a run goes on with that run (see `continuesRun`).
    @discardableResult
    public mutating func train(
        inputs: Matrix<Scalar>, targets: Matrix<Scalar>, epochs: Int, batchSize: Int = 32,
        sampling: Sampling = .shuffled, validation: Validation<Scalar>? = nil, earlyStopping: EarlyStopping? = nil,
        metrics: [Metric] = [], callbacks: [TrainingCallback<Scalar>] = [], sampleWeights: [Double]? = nil,
        classWeights: [Double]? = nil, progress: Progress = .automatic
    ) throws(PerceptronError) -> History {
        try train(
            Examples(inputs: inputs, targets: .matrix(targets), weights: sampleWeights), classWeights: classWeights,
            TrainingSettings(
                epochs: epochs, batchSize: batchSize, sampling: sampling, validation: validation,
                earlyStopping: earlyStopping, metrics: metrics, callbacks: callbacks, progress: progress))
    }

    /// The same for classes: `targets` has the class of each row.
    @discardableResult
    public mutating func train(
        inputs: Matrix<Scalar>, targets: [Int], epochs: Int, batchSize: Int = 32, sampling: Sampling = .shuffled,
        validation: Validation<Scalar>? = nil, earlyStopping: EarlyStopping? = nil, metrics: [Metric] = [],
        callbacks: [TrainingCallback<Scalar>] = [], sampleWeights: [Double]? = nil, classWeights: [Double]? = nil,
        progress: Progress = .automatic
    ) throws(PerceptronError) -> History {
        try train(
            Examples(inputs: inputs, targets: .classes(targets), weights: sampleWeights), classWeights: classWeights,
            TrainingSettings(
                epochs: epochs, batchSize: batchSize, sampling: sampling, validation: validation,
                earlyStopping: earlyStopping, metrics: metrics, callbacks: callbacks, progress: progress))
    }

    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    mutating func train(
        _ examples: Examples<Scalar>, classWeights: [Double]?, _ settings: TrainingSettings<Scalar>
    ) throws(PerceptronError) -> History {
        try settings.check()
        try examples.check(for: engine)
        var run = try begunRun(rows: examples.count, settings)
        var training = examples
        var held = try settings.validation?.rows(for: engine)
        if case .fraction(let fraction) = settings.validation?.source {
            var generator = RandomGenerator(seed: run.splitSeed)
            (training, held) = try examples.split(
                fraction: fraction, classes: engine.loss.targets.classes, using: &generator)
        }
        if let classWeights {
            training = try training.weighted(byClass: classWeights, for: engine.loss)
        }
        let batches = try Batches(rows: training.count, settings, for: engine.network)
        let engine = uniqueEngine()
        // Metrics want rows to look at: those held out, or else those trained on.
        var evaluation: Evaluation<Scalar>?
        if let held {
            evaluation = Evaluation(held, metrics: settings.metrics, engine: engine)
        } else if !settings.metrics.isEmpty {
            evaluation = Evaluation(training, metrics: settings.metrics, engine: engine)
        }
        return try ExampleSource.withSource(training, batches: batches) { (source) throws(PerceptronError) in
            try train(source, evaluation, isValidation: held != nil, settings, &run)
        }
    }

    /// The run to go on with, or a new one.
    func begunRun(rows: Int, _ settings: TrainingSettings<Scalar>) throws(PerceptronError) -> TrainingRun<Scalar> {
        let shape = TrainingRun<Scalar>.Shape(rows: rows, batchSize: settings.batchSize, sampling: settings.sampling)
        guard continuesRun, let run else {
            return TrainingRun(shape: shape, splitSeed: generator.seed(0))
        }
        guard run.shape == shape else {
            throw .invalidArgument(
                "the interrupted run had \(run.shape.description); this call of train has \(shape.description). "
                    + "Give it what it had, or set continuesRun to false to begin a new run")
        }
        let asked = (metrics: settings.metrics.map(\.name), isValidated: settings.validation != nil)
        let had = (metrics: run.history.metrics.map(\.name), isValidated: !run.history.validationLosses.isEmpty)
        guard run.history.losses.isEmpty || had == asked else {
            throw .invalidArgument(
                "the interrupted run had \(had.isValidated ? "validation" : "no validation") and the metrics "
                    + "\(had.metrics); this call of train has \(asked.isValidated ? "validation" : "none") and "
                    + "\(asked.metrics). Give it what it had, or set continuesRun to false to begin a new run")
        }
        return run
    }

    /// Goes through the epochs that a run has left, and puts the run away where it is interrupted.
    mutating func train(
        _ source: some BatchSource<Scalar>, _ evaluation: Evaluation<Scalar>?, isValidation: Bool,
        _ settings: TrainingSettings<Scalar>, _ run: inout TrainingRun<Scalar>
    ) throws(PerceptronError) -> History {
        guard run.step == 0 || run.step <= source.batches.steps && source.accepts(run.order) else {
            throw .invalidArgument(
                "the interrupted run is at step \(run.step) of an epoch, in an order of other rows than this call of "
                    + "train has for training. Give it the rows and the validation that it had, or set continuesRun "
                    + "to false to begin a new run")
        }
        if let model = run.interruptedModel { engine.set(model) }
        run.interruptedModel = nil
        run.history.ending = .completed
        self.run = nil
        continuesRun = false
        let directive: TrainingCallback<Scalar>.Directive
        do throws(PerceptronError) {
            directive = try BLAS.withSingleThread { () throws(PerceptronError) in
                try goOn(with: &run, source, evaluation, isValidation: isValidation, settings)
            }
        } catch {
            self.run = run
            throw error
        }
        var history = run.history
        if directive == .stop {
            history.ending = .stoppedByCallback
        } else if run.epoch <= settings.epochs {
            history.ending = .stoppedEarly
        }
        // Stopped within an epoch, the model has the parameters of none.
        if run.step > 0 { history.keptEpoch = nil }
        // An interrupted run that did not ask for that has none.
        if settings.earlyStopping?.restoresBest == true, let best = run.best, let model = best.model {
            if directive == .stop { run.interruptedModel = engine.values }
            engine.set(model)
            history.keptEpoch = best.epoch
        }
        if directive == .stop { self.run = run }
        return history
    }

    private mutating func goOn(
        with run: inout TrainingRun<Scalar>, _ source: some BatchSource<Scalar>, _ evaluation: Evaluation<Scalar>?,
        isValidation: Bool, _ settings: TrainingSettings<Scalar>
    ) throws(PerceptronError) -> TrainingCallback<Scalar>.Directive {
        let engine = engine
        let steps = source.batches.steps
        let display = ProgressDisplay(settings.progress, epochs: settings.epochs, steps: steps)
        while run.epoch <= settings.epochs, run.epochsWithoutImprovement < settings.earlyStopping?.patience ?? .max {
            let undrawn = generator
            if run.step == 0 { run.order = source.drawOrder(using: &generator) }
            display.begin(epoch: run.epoch)
            var evaluated: [(name: String, value: Double)] = []
            defer { display.end(evaluated) }
            source.begin(order: run.order, step: run.step, engine: engine)
            defer { source.end() }
            while run.step < steps {
                do throws(PerceptronError) {
                    let loss = try engine.step(source.batch(step: run.step))
                    run.lossSum += loss * engine.batch.weight
                    run.weightSum += engine.batch.weight
                } catch {
                    // An epoch without a step is begun anew, in the same order.
                    if run.step == 0 { generator = undrawn }
                    throw error.located(epoch: run.epoch, step: run.step + 1)
                }
                run.step += 1
                display.advance(step: run.step, loss: run.meanLoss)
                if try call(settings, on: .step, run, epoch: run.epoch, step: run.step, steps: steps) == .stop {
                    return .stop
                }
            }
            let (epoch, loss) = (run.epoch, run.meanLoss)
            let evaluation = try evaluation?()
            if let evaluation {
                if isValidation { evaluated.append(("validation loss", evaluation.loss)) }
                evaluated += zip(settings.metrics, evaluation.metrics).map { ($0.name, $1) }
            }
            let score = settings.monitoredValue(
                loss: loss, validationLoss: isValidation ? evaluation?.loss : nil, metrics: evaluation?.metrics ?? [])
            if run.endEpoch(settings, evaluated: evaluation, isValidation: isValidation, score: score),
                settings.earlyStopping?.restoresBest == true
            {
                run.best?.model = engine.values
            }
            let directive = try call(
                settings, on: .epoch, run, epoch: epoch, step: steps, steps: steps, loss: loss, score: score)
            if directive == .stop { return .stop }
        }
        return .proceed
    }

    /// Calls the callbacks for an occasion; one that says stop keeps none of the others from being called.
    private func call(
        _ settings: TrainingSettings<Scalar>, on occasion: TrainingCallback<Scalar>.Occasion,
        _ run: TrainingRun<Scalar>, epoch: Int, step: Int, steps: Int, loss: Double? = nil,
        score: Double? = nil
    ) throws(PerceptronError) -> TrainingCallback<Scalar>.Directive {
        var result = TrainingCallback<Scalar>.Directive.proceed
        for callback in settings.callbacks where callback.occasion == occasion {
            var trainer = self
            trainer.run = run
            let report = TrainingReport(
                epoch: epoch, epochs: settings.epochs, step: step, steps: steps, updates: engine.parameters.updates,
                loss: loss ?? run.meanLoss, history: run.history, score: score
            ) { [trainer] in
                var copy = trainer
                copy.engine = Engine(copying: trainer.engine)
                return copy
            }
            if try callback.body(report) == .stop { result = .stop }
        }
        return result
    }
}

extension Batches {
    /// Throws if a batch has more rows than BLAS counts to, or fewer than a layer needs.
    init<Scalar>(
        rows: Int, _ settings: TrainingSettings<Scalar>, for network: Network
    ) throws(PerceptronError) {
        self.init(rows: rows, batchSize: settings.batchSize, sampling: settings.sampling)
        guard batchSize <= Int(Int32.max) else {
            throw .invalidArgument("the batch size is \(settings.batchSize); BLAS counts to \(Int32.max)")
        }
        let last = range(step: steps - 1).count
        try network.checkBatch(
            rows: last,
            "\(rows) rows in batches of \(batchSize) leave a last batch of \(last); choose another batch size")
    }
}

extension TrainingRun.Shape {
    fileprivate var description: String { "\(rows) rows, batch size \(batchSize), sampling .\(sampling.rawValue)" }
}

extension PerceptronError {
    /// The same divergence with its place in training.
    fileprivate func located(epoch: Int, step: Int) -> PerceptronError {
        guard case .diverged(let what, _, _) = self else { return self }
        return .diverged(what: what, epoch: epoch, step: step)
    }
}
