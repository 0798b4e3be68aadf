extension TabularModel {
    /// Fits the model to rows with targets; what an earlier call made is forgotten.
    ///
    /// Of each member the epoch is kept that did best on rows held out: the last with the fewest wrong labels, or the one with
    /// the least squared error. On the same rows the probabilities are calibrated by a temperature (Guo et al. 2017). Numbers
    /// are never predicted beyond those that were trained on.
    /// - Parameters:
    ///   - data: rows with targets, at least 2; missing values allowed, except in targets. Weights are the rows' weights in
    ///     the loss.
    ///   - validation: the rows held out, a fifth of all unless others are given.
    ///   - intervals: whether numbers get intervals, for which another network is trained; see `predictionInterval`.
    ///   - epochs: whole passes over the rows at the most; as many as the recipe has if nil.
    ///   - callbacks: what to call after steps and epochs; each can end a member's training. With several members, calls may
    ///     come from several threads at the same time.
    ///   - progress: what to print on stderr; of several members nothing is printed.
    ///   - threads: how many threads to use at the most; as many as serve if nil. The bits don't depend on it.
    /// - Returns: how each member was trained.
    /// - Throws: `PerceptronError` if an argument or value is not usable; `.diverged` if the loss or a gradient stops being
    ///   finite; what a callback throws. The model stays as it was then.
    @discardableResult
    public mutating func fit(
        _ data: Dataset<Scalar>, validation: Pipeline<Scalar>.Validation = .fraction(0.2), intervals: Bool = false,
        epochs: Int? = nil,
        callbacks: [TrainingCallback<Scalar>] = [], progress: Progress = .automatic, threads: Int? = nil
    ) throws(PerceptronError) -> [History] {
        guard !intervals || data.classCount == 0 else {
            throw .invalidArgument("intervals are for numbers; classes have probabilities")
        }
        guard members > 0 else { throw .invalidArgument("an ensemble of \(members) members; at least 1 is needed") }
        let threads = try checkedThreads(threads)
        let (training, held) =
            switch validation {
            case .rows(let rows): (data, rows)
            case .fraction(let fraction, let order): try data.split(testFraction: fraction, seed: seed, order: order)
            }
        let preprocessing = TableShape.preprocessing(for: training)
        let prepared = try preprocessing.fitted(to: training)
        let examples = try training.examples(prepared, labelNames: data.labelNames)
        let heldExamples = try held.examples(prepared, labelNames: data.labelNames)
        let table = TableShape(
            prepared, outputs: data.classCount > 0 ? data.classCount : examples.targets.columns,
            hasClasses: data.classCount > 0, rows: training.rows)
        var plan = recipe.plan(for: table)
        if let epochs { plan.epochs = epochs }

        let member = Member(plan: plan, table: table, examples: examples, held: heldExamples, callbacks: callbacks)
        let trained: [(model: MLP<Scalar>, history: History)]
        if members == 1 {
            trained = [try member.train(seed: seed, progress: progress, threads: threads)]
        } else {
            var seeds = RandomGenerator(seed: seed)
            let memberSeeds = (0..<members).map { _ in seeds.next() }
            let count = members
            trained = try WorkerPool.shared.map(count, threads: threads) { index, _ throws(PerceptronError) in
                do throws(PerceptronError) {
                    return try member.train(seed: memberSeeds[index], progress: .silent, threads: 1)
                } catch {
                    throw error.inside("member \(index + 1) of \(count)")
                }
            }
        }

        var models = trained.map(\.model)
        if table.hasClasses { try models.calibrate(on: heldExamples, threads: threads) }
        let model = try MLP(ensemble: models, behind: table.hasClasses ? [] : examples.targets.limits)
        let histories = trained.map(\.history)
        let layers = model.layers
        var pipeline = Pipeline<Scalar>(preprocessing: preprocessing, seed: seed) { _, _ in layers }
        pipeline.trained = Pipeline.Trained(
            preprocessing: prepared, model: model, targetNames: data.targetNames, labelNames: data.labelNames)
        var bounds: QuantileIntervals<Scalar>?
        if intervals, case .matrix(let targets) = heldExamples.targets {
            bounds = try QuantileIntervals(
                model: try member.trainQuantiles(seed: seed, recipe: recipe, epochs: epochs, threads: threads),
                inputs: heldExamples.inputs, targets: targets, weights: heldExamples.weights, threads: threads)
        }
        fitted = Fitted(pipeline: pipeline, histories: histories, intervals: bounds)
        return histories
    }
}

/// What the members of an ensemble have in common.
private struct Member<Scalar: BLASScalar>: Sendable {
    var plan: RecipePlan
    let table: TableShape
    let examples: Examples<Scalar>
    let held: Examples<Scalar>
    let callbacks: [TrainingCallback<Scalar>]

    func train(
        seed: UInt64, progress: Progress, threads: Int
    ) throws(PerceptronError) -> (model: MLP<Scalar>, history: History) {
        let loss: any Loss =
            table.hasClasses ? CrossEntropy(labelSmoothing: plan.labelSmoothing) : MeanSquaredError()
        return try train(loss, examples, held, seed: seed, progress: progress, threads: threads)
    }

    /// The network for intervals: a tenth of the rows chooses its best epoch, those held out stay unseen.
    func trainQuantiles(
        seed: UInt64, recipe: TabularRecipe, epochs: Int?, threads: Int
    ) throws(PerceptronError) -> MLP<Scalar> {
        let loss = Quantile(QuantileIntervals<Scalar>.quantiles)
        var generator = RandomGenerator(seed: seed)
        let (training, chosen) = try examples.split(fraction: 0.1, classes: 0, using: &generator)
        var table = table
        table.outputs *= loss.quantiles.count
        var quantiles = self
        quantiles.plan = recipe.plan(for: table)
        if let epochs { quantiles.plan.epochs = epochs }
        return try quantiles.train(loss, training, chosen, seed: generator.next(), progress: .silent, threads: threads)
            .model
    }

    private func train(
        _ loss: any Loss, _ examples: Examples<Scalar>, _ held: Examples<Scalar>, seed: UInt64, progress: Progress,
        threads: Int
    ) throws(PerceptronError) -> (model: MLP<Scalar>, history: History) {
        var model = try MLP<Scalar>(plan.layers, seed: seed)
        if plan.startsFromData {
            var generator = RandomGenerator(seed: seed)
            var order = Array(0..<examples.count)
            generator.shuffle(&order)
            try model.startFromData(
                examples.inputs.rows(order.prefix(plan.batchSize).map(examples.row)), seed: generator.next())
        }
        var trainer = try Trainer(model: model, loss: loss, optimizer: plan.optimizer, threads: threads)
        let history = try trainer.train(
            examples,
            TrainingOptions(
                epochs: plan.epochs, batchSize: plan.batchSize, validation: Validation(source: .rows(held)),
                earlyStopping: EarlyStopping(
                    patience: plan.patience, monitoring: table.hasClasses ? .metric(Metric.accuracy.name) : .loss,
                    prefersLast: true),
                metrics: table.hasClasses ? [.accuracy] : [], callbacks: callbacks, progress: progress))
        return (trainer.model, history)
    }
}

extension MLP {
    /// One model that predicts the mean of what several do, with more layers behind them.
    fileprivate init(ensemble models: [MLP], behind layers: [any Layer]) throws(PerceptronError) {
        let members = models.map(\.layers)
        try self.init(
            (members.count == 1 ? members[0] : [Average(members)]) + layers, parameters: models.flatMap(\.parameters))
    }
}

extension Targets {
    fileprivate var columns: Int {
        switch self {
        case .matrix(let matrix): matrix.columns
        case .classes: 1
        }
    }

    /// A layer that keeps predictions within the least and the greatest of each column; none where these are equal.
    fileprivate var limits: [any Layer] {
        guard case .matrix(let matrix) = self else { return [] }
        let parts = (0..<matrix.columns).map { column in
            let values = matrix.column(column)
            let (least, greatest) = (values.min() ?? 0, values.max() ?? 0)
            return Columns.Part(
                columns: column..<column + 1,
                layers: least < greatest ? [HardTanh(minimum: least, maximum: greatest)] : [])
        }
        if parts.allSatisfy(\.layers.isEmpty) { return [] }
        return parts.count == 1 ? parts[0].layers : [Columns(parts)]
    }
}

extension Array {
    /// Divides what goes into each member's softmax by the one temperature that fits rows best.
    fileprivate mutating func calibrate<Scalar>(
        on held: Examples<Scalar>, threads: Int
    ) throws(PerceptronError) where Element == MLP<Scalar> {
        guard case .classes(let classes) = held.targets else { return }
        var probabilities: [Matrix<Scalar>] = []
        for model in self { probabilities.append(try model.predict(held.inputs, threads: threads)) }
        let temperature = EnsembleTemperature(probabilities, targets: classes, weights: held.weights).best
        for index in indices {
            // The last layer before the softmax is linear in all of its parameters.
            guard let last = self[index].parameterLayout.last?.layer else { continue }
            for tensor in self[index].parameterLayout where tensor.layer == last {
                for place in tensor.range { self[index].parameters[place] /= Scalar(temperature) }
            }
        }
    }
}
