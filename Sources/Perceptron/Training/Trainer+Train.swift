extension Trainer {
    /// Trains for a number of epochs; see `MLP.train`. The optimizer's state is kept from call to call.
    ///
    /// A trainer that was read from a checkpoint taken within a run continues that run (see `continuesRun`).
    @discardableResult
    public mutating func train(
        inputs: Matrix<Scalar>, targets: Matrix<Scalar>,
        epochs: Int, batchSize: Int = 32, sampling: Sampling = .shuffled, validation: Validation<Scalar>? = nil,
        earlyStopping: EarlyStopping? = nil, metrics: [Metric] = [], callbacks: [TrainingCallback<Scalar>] = [],
        sampleWeights: [Double]? = nil, classWeights: [Double]? = nil,
        gradientClipping: GradientClipping? = nil, accumulating: Int = 1, penalties: [WeightPenalty] = [],
        averaging: WeightAveraging? = nil,
        shards: Int? = nil, across: (any ProcessGroup)? = nil, progress: Progress = .automatic
    ) throws(PerceptronError) -> History {
        try train(
            inputs: inputs, targets: .matrix(targets),
            options: TrainingOptions(
                epochs: epochs, batchSize: batchSize, sampling: sampling, validation: validation,
                earlyStopping: earlyStopping, metrics: metrics, callbacks: callbacks, sampleWeights: sampleWeights,
                classWeights: classWeights,
                gradientClipping: gradientClipping, accumulating: accumulating, penalties: penalties,
                averaging: averaging, shards: shards, across: across, progress: progress))
    }

    /// The same for classes: `targets` has the class of each row.
    @discardableResult
    public mutating func train(
        inputs: Matrix<Scalar>, targets: [Int],
        epochs: Int, batchSize: Int = 32, sampling: Sampling = .shuffled, validation: Validation<Scalar>? = nil,
        earlyStopping: EarlyStopping? = nil, metrics: [Metric] = [], callbacks: [TrainingCallback<Scalar>] = [],
        sampleWeights: [Double]? = nil, classWeights: [Double]? = nil,
        gradientClipping: GradientClipping? = nil, accumulating: Int = 1, penalties: [WeightPenalty] = [],
        averaging: WeightAveraging? = nil,
        shards: Int? = nil, across: (any ProcessGroup)? = nil, progress: Progress = .automatic
    ) throws(PerceptronError) -> History {
        try train(
            inputs: inputs, targets: .classes(targets),
            options: TrainingOptions(
                epochs: epochs, batchSize: batchSize, sampling: sampling, validation: validation,
                earlyStopping: earlyStopping, metrics: metrics, callbacks: callbacks, sampleWeights: sampleWeights,
                classWeights: classWeights,
                gradientClipping: gradientClipping, accumulating: accumulating, penalties: penalties,
                averaging: averaging, shards: shards, across: across, progress: progress))
    }

    /// The same for targets of either kind, with all options as one value.
    @discardableResult
    public mutating func train(
        inputs: Matrix<Scalar>, targets: Targets<Scalar>, options: TrainingOptions<Scalar>
    ) throws(PerceptronError) -> History {
        try train(Examples(inputs: inputs, targets: targets, weights: options.sampleWeights), options)
    }

    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    mutating func train(
        _ examples: Examples<Scalar>, _ options: TrainingOptions<Scalar>
    ) throws(PerceptronError) -> History {
        try options.check()
        let sharding = options.sharding
        try sharding?.check(examples.part, validation: options.validation, metrics: options.metrics)
        if sharding == nil, examples.part != nil {
            throw .invalidArgument("the rows are those of one process of a group; train across the group: 'across:'")
        }
        try examples.check(for: engine)
        var run = try begunRun(rows: examples.part?.rows ?? examples.count, options)
        guard run.fit == nil else {
            throw .invalidArgument(
                "the interrupted run is a fit, which train can't continue. Call fit, or set continuesRun to false "
                    + "to start "
                    + "a new run")
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
        let rows = training.part?.rows ?? training.count
        let batches = try Batches(rows: rows, options, for: engine.network)
        let engine = uniqueEngine()
        let shards = sharding.map {
            RowShards(cut: ShardCut(rows: rows, shards: $0.shards), owned: $0.owned, isPart: training.part != nil)
        }
        // Metrics are computed on held-out rows or, without any, on training rows.
        var evaluation: Evaluation<Scalar>?
        if let held {
            evaluation = Evaluation(held, metrics: options.metrics, engine: engine)
        } else if !options.metrics.isEmpty {
            evaluation = Evaluation(training, metrics: options.metrics, engine: engine)
        }
        return try ExampleSource.withSource(training, batches: batches, shards: shards) {
            (source) throws(PerceptronError) in
            try train(source, evaluation, isValidation: held != nil, options, &run)
        }
    }

    /// The run to continue, or a new one.
    /// - Parameter settings: what must be the same; the settings of `train` by default.
    func begunRun(
        rows: Int, _ options: TrainingOptions<Scalar>, settings: [RunSetting]? = nil
    ) throws(PerceptronError) -> TrainingRun<Scalar> {
        let shape = TrainingRun<Scalar>.Shape(rows: rows, batchSize: options.batchSize, sampling: options.sampling)
        let settings = settings ?? options.settings(learningRate: engine.parameters.optimizer.learningRate)
        guard continuesRun, let run else {
            return TrainingRun(
                shape: shape, settings: settings, splitSeed: generator.seed(0), firstUpdate: engine.parameters.updates)
        }
        guard run.shape == shape else {
            throw .invalidArgument(
                "the interrupted run had \(run.shape.description); this call of train has \(shape.description). "
                    + "Give it what it had, or set continuesRun to false to start a new run")
        }
        for setting in settings {
            // Before there were shards checkpoints didn't say that there are none.
            let known = run.settings.first { $0.name == setting.name }
            guard let had = known ?? (setting.name == "shards" ? RunSetting(name: "shards", value: "none") : nil),
                had != setting
            else { continue }
            throw .invalidArgument(
                "the interrupted run had the \(had.name) \(had.value); this call of train has \(setting.value). "
                    + "Give it what it had, or set continuesRun to false to start a new run")
        }
        let asked = (metrics: options.metrics.map(\.name), isValidated: options.validation != nil)
        let had = (metrics: run.history.metrics.map(\.name), isValidated: !run.history.validationLosses.isEmpty)
        guard run.history.losses.isEmpty || had == asked else {
            throw .invalidArgument(
                "the interrupted run had \(had.isValidated ? "validation" : "no validation") and the metrics "
                    + "\(had.metrics); this call of train has \(asked.isValidated ? "validation" : "none") and "
                    + "\(asked.metrics). Give it what it had, or set continuesRun to false to start a new run")
        }
        return run
    }

    /// Runs the remaining epochs, and stores the run if it is interrupted.
    mutating func train(
        _ source: some BatchSource<Scalar>, _ evaluation: Evaluation<Scalar>?, isValidation: Bool,
        _ options: TrainingOptions<Scalar>, _ run: inout TrainingRun<Scalar>
    ) throws(PerceptronError) -> History {
        guard run.step == 0 || run.step <= source.batches.steps && source.accepts(run.order) else {
            throw .invalidArgument(
                "the interrupted run is at step \(run.step) of an epoch with other training rows than this call of "
                    + "train. Give the same rows and the same validation, or set continuesRun "
                    + "to false to start a new run")
        }
        let isResumed = continuesRun && self.run != nil
        let steps = source.batches.steps
        let updates = (steps - 1) / options.treatment.accumulating + 1
        engine.parameters.schedule = try schedule(of: run, updates: updates.multipliedOrMost(by: options.epochs))
        engine.parameters.treatment = options.treatment
        if !isResumed { engine.parameters.resume(average: nil, accumulated: nil) }
        if let interrupted = run.interrupted {
            engine.set(interrupted.model)
            if let state = interrupted.optimizer { engine.parameters.set(state) }
            if let average = interrupted.average {
                engine.parameters.resume(
                    average: AveragedParameters(copying: average), accumulated: engine.parameters.accumulated)
            }
        }
        run.interrupted = nil
        run.history.ending = .completed
        if let sharding = options.sharding {
            try checkAgreement(sharding, source.batches, options, run)
            engine.sharding = try EngineSharding(
                sharding, rows: source.batches.rows, isWeighted: source.isWeighted, callbacks: options.callbacks,
                engine: engine)
        }
        defer { engine.sharding = nil }
        self.run = nil
        continuesRun = false
        let directive: TrainingCallback<Scalar>.Directive
        do throws(PerceptronError) {
            directive = try BLAS.withSingleThread { () throws(PerceptronError) in
                try goOn(with: &run, source, evaluation, isValidation: isValidation, options)
            }
        } catch {
            self.run = run
            throw error
        }
        var history = run.history
        if directive == .stop {
            history.ending = .stoppedByCallback
        } else if run.epoch <= options.epochs {
            history.ending = .stoppedEarly
        }
        // Stopped within an epoch, the model has the parameters of no epoch.
        if run.step > 0 { history.keptEpoch = nil }
        // An interrupted run without this option has no best model.
        if options.earlyStopping?.restoresBest == true, let best = run.best, let model = best.model {
            if directive == .stop { run.interrupted = .init(engine) }
            engine.set(model)
            history.keptEpoch = best.epoch
        }
        if directive == .stop {
            self.run = run
            return history
        }
        if engine.parameters.average != nil { engine.set(engine.predictingValues) }
        if case .stochastic(let first) = options.averaging, history.keptEpoch ?? 0 >= first {
            try computeStatistics(source)
        }
        return history
    }

    /// Recomputes running statistics for the averaged parameters.
    private func computeStatistics(_ source: some BatchSource<Scalar>) throws(PerceptronError) {
        guard engine.network.stateCount > 0 else { return }
        // With a generator of its own, so that nothing else is affected.
        var generator = generator
        let order = source.drawOrder(using: &generator)
        engine.beginStatistics()
        source.begin(order: order, step: 0, engine: engine)
        defer {
            source.end()
            engine.endStatistics()
        }
        try BLAS.withSingleThread { () throws(PerceptronError) in
            for step in 0..<source.batches.steps {
                if let sharding = engine.sharding {
                    try engine.addToStatistics(source, step: step, sharding)
                } else {
                    engine.addToStatistics(try source.batch(step: step))
                }
            }
        }
    }

    /// The position of a run in the optimizer's schedule.
    /// - Parameter updates: the number of its updates in all.
    /// - Throws: `PerceptronError.invalidArgument` if one of its learning rates is invalid.
    private func schedule(of run: TrainingRun<Scalar>, updates: Int) throws(PerceptronError) -> SchedulePosition {
        let optimizer = engine.parameters.optimizer
        try optimizer.learningRate.check(updates: updates, owner: optimizer.name)
        return SchedulePosition(start: run.firstUpdate, total: updates, plateau: run.plateau)
    }

    private mutating func goOn(
        with run: inout TrainingRun<Scalar>, _ source: some BatchSource<Scalar>, _ evaluation: Evaluation<Scalar>?,
        isValidation: Bool, _ options: TrainingOptions<Scalar>
    ) throws(PerceptronError) -> TrainingCallback<Scalar>.Directive {
        let engine = engine
        let steps = source.batches.steps
        var averageDecay: Double?
        if case .exponential(let decay) = options.averaging { averageDecay = decay }
        let sharding = options.sharding
        let isFirst = sharding?.isFirst ?? true
        let display = ProgressDisplay(isFirst ? options.progress : .silent, epochs: options.epochs, steps: steps)
        while run.epoch <= options.epochs, run.epochsWithoutImprovement < options.earlyStopping?.patience ?? .max {
            let undrawn = generator
            if run.step == 0 { run.order = source.drawOrder(using: &generator) }
            display.begin(epoch: run.epoch)
            var evaluated: [(name: String, value: Double)] = []
            defer { display.end(evaluated) }
            source.begin(order: run.order, step: run.step, engine: engine)
            defer { source.end() }
            while run.step < steps {
                do throws(PerceptronError) {
                    let isLast = run.step + 1 == steps
                    let (loss, weight): (Double, Double)
                    if let sharding = engine.sharding {
                        loss = try engine.step(
                            source, step: run.step, isLast: isLast, averaging: averageDecay, sharding)
                        weight = sharding.weight
                    } else {
                        loss = try engine.step(
                            source.batch(step: run.step), isLast: isLast, averaging: averageDecay)
                        weight = engine.batch.weight
                    }
                    run.lossSum += loss * weight
                    run.weightSum += weight
                } catch {
                    // An epoch without a step is started again, in the same order.
                    if run.step == 0 { generator = undrawn }
                    throw error.located(epoch: run.epoch, step: run.step + 1)
                }
                run.step += 1
                run.learningRate = engine.parameters.learningRate
                run.gradientNorm = engine.parameters.gradientNorm
                display.advance(step: run.step, loss: run.meanLoss)
                if try call(options, on: .step, run, epoch: run.epoch, step: run.step, steps: steps) == .stop {
                    return .stop
                }
            }
            let (epoch, loss) = (run.epoch, run.meanLoss)
            if case .stochastic(let first) = options.averaging, epoch >= first {
                engine.parameters.addToAverage(decay: nil)
            }
            let evaluation = try evaluate(evaluation, options)
            if let evaluation {
                if isValidation { evaluated.append(("validation loss", evaluation.loss)) }
                evaluated += zip(options.metrics, evaluation.metrics).map { ($0.name, $1) }
            }
            let score = options.monitoredValue(
                loss: loss, validationLoss: isValidation ? evaluation?.loss : nil, metrics: evaluation?.metrics ?? [])
            if run.endEpoch(options, evaluated: evaluation, isValidation: isValidation, score: score),
                options.earlyStopping?.restoresBest == true
            {
                run.best?.model = engine.predictingValues
            }
            if let plateau = engine.parameters.optimizer.learningRate.plateau {
                plateau.see(score ?? loss, &run.plateau)
                engine.parameters.schedule.plateau = run.plateau
            }
            let directive = try call(
                options, on: .epoch, run, epoch: epoch, step: steps, steps: steps, loss: loss, score: score)
            if directive == .stop { return .stop }
        }
        return .proceed
    }

    /// What the first process finds when it evaluates; other processors might find something else in the last bits, and
    /// decide otherwise.
    private func evaluate(
        _ evaluation: Evaluation<Scalar>?, _ options: TrainingOptions<Scalar>
    ) throws(PerceptronError) -> (loss: Double, metrics: [Double])? {
        guard let evaluation else { return nil }
        guard let sharding = options.sharding else { return try evaluation() }
        let numbers = try sharding.fromFirst { () throws(PerceptronError) in
            let (loss, metrics) = try evaluation()
            return [loss] + metrics
        }
        return (numbers[0], Array(numbers[1...]))
    }

    /// Calls the callbacks for an occasion, all of them even if one says stop; with several processes, those of the first,
    /// whose answer all learn.
    func call(
        _ options: TrainingOptions<Scalar>, on occasion: TrainingCallback<Scalar>.Occasion,
        _ run: TrainingRun<Scalar>, epoch: Int, step: Int, steps: Int, loss: Double? = nil,
        score: Double? = nil
    ) throws(PerceptronError) -> TrainingCallback<Scalar>.Directive {
        guard let work = engine.sharding, work.sharding.group.size > 1 else {
            return try callAll(
                options, on: occasion, run, epoch: epoch, step: step, steps: steps, loss: loss, score: score)
        }
        guard work.hasCallbacks(on: occasion) else { return .proceed }
        let answer = try work.sharding.fromFirst { () throws(PerceptronError) in
            let directive = try callAll(
                options, on: occasion, run, epoch: epoch, step: step, steps: steps, loss: loss, score: score)
            return [directive == .stop ? 1 : 0]
        }
        return answer[0] == 1 ? .stop : .proceed
    }

    /// Calls the callbacks for an occasion; one that says stop keeps none of the others from being called.
    private func callAll(
        _ options: TrainingOptions<Scalar>, on occasion: TrainingCallback<Scalar>.Occasion,
        _ run: TrainingRun<Scalar>, epoch: Int, step: Int, steps: Int, loss: Double? = nil,
        score: Double? = nil
    ) throws(PerceptronError) -> TrainingCallback<Scalar>.Directive {
        var result = TrainingCallback<Scalar>.Directive.proceed
        for callback in options.callbacks where callback.occasion == occasion {
            var trainer = self
            trainer.run = run
            let report = TrainingReport(
                epoch: epoch, epochs: options.epochs, step: step, steps: steps,
                updates: engine.parameters.updates + run.fitIterations,
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
    /// Throws if a batch has more rows than BLAS allows, or fewer than a layer needs.
    init<Scalar>(
        rows: Int, _ options: TrainingOptions<Scalar>, for network: Network
    ) throws(PerceptronError) {
        self.init(rows: rows, batchSize: options.batchSize, sampling: options.sampling)
        guard batchSize <= Int(Int32.max) else {
            throw .invalidArgument("the batch size is \(options.batchSize); BLAS sizes go up to \(Int32.max)")
        }
        let last = range(step: steps - 1).count
        try network.checkBatch(
            rows: last,
            "\(counted(rows, "row")) in batches of \(batchSize) \(rows == 1 ? "leaves" : "leave") a last batch of \(last); choose another batch size"
        )
        guard let shards = options.sharding?.shards else { return }
        let least = ShardCut(rows: rows, shards: shards).leastRows(ofBatch: last)
        try network.checkBatch(
            rows: least,
            "\(counted(rows, "row")) in batches of \(batchSize) and \(counted(shards, "shard")) leave a shard of the last batch with \(least); choose another batch size or fewer shards"
        )
    }
}

extension Int {
    /// The product, or the largest integer.
    fileprivate func multipliedOrMost(by other: Int) -> Int {
        let (product, overflow) = multipliedReportingOverflow(by: other)
        return overflow ? .max : product
    }
}

extension TrainingRun.Shape {
    fileprivate var description: String {
        "\(counted(rows, "row")), batch size \(batchSize), sampling .\(sampling.rawValue)"
    }
}

extension PerceptronError {
    /// The same divergence, located in the training.
    fileprivate func located(epoch: Int, step: Int) -> PerceptronError {
        guard case .diverged(let what, _, _) = self else { return self }
        return .diverged(what: what, epoch: epoch, step: step)
    }
}
