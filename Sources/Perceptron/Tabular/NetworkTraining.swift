/// How a recipe's network is trained: what all members of an ensemble share.
struct NetworkTraining<Scalar: BLASScalar>: Sendable {
    /// A trained network and its history.
    struct Trained: Sendable {
        let model: MLP<Scalar>
        let history: History
    }

    let recipe: TabularRecipe
    let settings: TabularSettings
    let table: PreparedTable<Scalar>
    /// Replaces the recipe's number of epochs, if not nil.
    var epochs: Int?
    var ensembling = Ensembling.seeds
    let callbacks: [TrainingCallback<Scalar>]
    var checkpoints: FitCheckpoints?
    /// The processes that train together.
    var across: (any ProcessGroup)?

    /// - Parameter name: the name of the folder of its checkpoints.
    func train(seed: UInt64, name: String = "", progress: Progress, threads: Int) throws(PerceptronError) -> Trained {
        let plan = plan(for: table.shape)
        let loss: any Loss =
            table.shape.hasClasses ? CrossEntropy(labelSmoothing: plan.labelSmoothing) : MeanSquaredError()
        var examples = table.examples
        if ensembling == .bagging {
            var generator = RandomGenerator(seed: RandomGenerator(seed: seed).seed(1))
            examples = examples.bagged(using: &generator)
        }
        return try train(
            plan, loss, examples, table.held, metric: plan.metric(hasClasses: table.shape.hasClasses), seed: seed,
            name: name, progress: progress, threads: threads)
    }

    /// The network for intervals. A tenth of the training rows selects its best epoch, so that it never sees the
    /// held-out rows.
    func trainQuantiles(seed: UInt64, name: String, threads: Int) throws(PerceptronError) -> Trained {
        let loss = Quantile(QuantileIntervals<Scalar>.quantiles)
        var generator = RandomGenerator(seed: seed)
        let (training, chosen) = try table.examples.split(fraction: 0.1, classes: 0, using: &generator)
        var shape = table.shape
        shape.outputs *= loss.quantiles.count
        return try train(
            plan(for: shape), loss, training, chosen, metric: nil, seed: generator.next(), name: name,
            progress: .silent, threads: threads)
    }

    private func plan(for shape: TableShape) -> RecipePlan {
        var plan = recipe.plan(for: shape, settings)
        if let epochs { plan.epochs = epochs }
        return plan
    }

    /// - Parameters:
    ///   - loss: the loss of one prediction.
    ///   - metric: selects the best epoch; the loss if nil.
    private func train(
        _ plan: RecipePlan, _ loss: any Loss, _ examples: Examples<Scalar>, _ held: Examples<Scalar>, metric: Metric?,
        seed: UInt64, name: String, progress: Progress, threads: Int
    ) throws(PerceptronError) -> Trained {
        let loss = plan.trained(by: loss)
        var trainer: Trainer<Scalar>
        if let file = try checkpoints?.latest(of: name) {
            trainer = try Trainer(resumingFrom: file, loss: loss, optimizer: plan.optimizer, threads: threads)
        } else {
            let model = try network(plan, examples, seed: seed)
            trainer = try Trainer(model: model, loss: loss, optimizer: plan.optimizer, threads: threads)
        }
        var callbacks = callbacks
        if let checkpoints { callbacks.append(try checkpoints.callback(of: name)) }
        let history = try trainer.train(
            examples,
            TrainingOptions(
                epochs: plan.epochs, batchSize: plan.batchSize, sampling: plan.sampling,
                validation: Validation(source: .rows(held)),
                earlyStopping: EarlyStopping(
                    patience: plan.patience, monitoring: metric.map { .metric($0.name) } ?? .loss,
                    prefersLast: plan.prefersLast),
                metrics: metric.map { [$0] } ?? [], callbacks: callbacks, across: across,
                progress: progress))
        if history.ending == .stoppedByCallback, across?.rank ?? 0 == 0 { try checkpoints?.save(trainer, of: name) }
        return Trained(model: trainer.model, history: history)
    }

    /// The untrained network.
    private func network(
        _ plan: RecipePlan, _ examples: Examples<Scalar>, seed: UInt64
    ) throws(PerceptronError) -> MLP<Scalar> {
        var model = try MLP<Scalar>(plan.layers, seed: seed)
        guard plan.startsFromData else { return model }
        var generator = RandomGenerator(seed: seed)
        var order = Array(0..<examples.count)
        generator.shuffle(&order)
        // More rows don't improve it.
        let rows = order.prefix(4096).map(examples.row)
        try model.startFromData(examples.inputs.rows(rows), seed: generator.next())
        return model
    }
}

extension Examples {
    /// A bootstrap sample: as many rows, drawn with replacement.
    func bagged(using generator: inout RandomGenerator) -> Examples {
        var bag = self
        bag.indices = (0..<count).map { _ in row(Int(generator.nextUniform() * Double(count))) }
        return bag
    }
}
