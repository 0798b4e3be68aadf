extension TabularModel {
    /// Fits the model to rows with targets; an earlier fit is replaced.
    ///
    /// Each member keeps the epoch that did best on the held-out rows: the one with the fewest wrong labels (the last
    /// of equals; with `.tabM`, the first), or the one with the least squared error. The probabilities are calibrated
    /// by a temperature on the same rows (Guo et al. 2017). Predicted numbers are limited to the range of the training
    /// targets.
    /// - Parameters:
    ///   - data: rows with targets, at least 1 to train on and 1 held out. Values may be missing, except in targets.
    ///     The rows' weights weight the loss.
    ///   - validation: the held-out rows; by default a fifth of all rows.
    ///   - intervals: whether to train another network for prediction intervals, if the targets are numbers; see
    ///     ``predictionInterval(_:for:threads:)``.
    ///   - epochs: the most passes over the rows; the recipe's own number if nil.
    ///   - checkpoints: the folder of checkpoints, if an interrupted fit is to be continued by the same call.
    ///   - callbacks: called after steps and epochs; each can end a member's training. With several members, calls may
    ///     come from several threads at the same time.
    ///   - across: the processes to train with, each of which makes this call with the same data; if nil, only this
    ///     one. With them, members are trained one after another, each in 8 shards (`TrainingOptions.shards`).
    ///   - progress: what to print on stderr; nothing is printed for several members.
    ///   - threads: the most threads to use; as many as help if nil. The bits don't depend on it.
    /// - Returns: the history of each member's training.
    /// - Throws: `PerceptronError` if an argument or value is not usable; `.diverged` if the loss or a gradient stops
    ///   being finite; and what a callback throws. The model is then unchanged.
    @discardableResult
    public mutating func fit(
        _ data: Dataset<Scalar>, validation: Pipeline<Scalar>.Validation = .fraction(0.2), intervals: Bool = false,
        epochs: Int? = nil, checkpoints: FitCheckpoints? = nil, callbacks: [TrainingCallback<Scalar>] = [],
        across: (any ProcessGroup)? = nil, progress: Progress = .automatic, threads: Int? = nil
    ) throws(PerceptronError) -> [History] {
        try checkArguments(data, intervals: intervals)
        let threads = try checkedThreads(threads)
        let table = try PreparedTable(data, validation, for: recipe, seed: seed)
        let identity = FitIdentity(
            recipe: recipe, settings: settings, members: members, ensembling: ensembling, seed: seed, epochs: epochs,
            intervals: intervals, data: table.checksum)
        // One process writes to the folder, and the others look into it when that has been done.
        let isFirst = across?.rank ?? 0 == 0
        _ = try Sharding(across: across).fromFirst { () throws(PerceptronError) in
            try checkpoints?.begin(identity)
            return []
        }
        let training = NetworkTraining(
            recipe: recipe, settings: settings, table: table, epochs: epochs, ensembling: ensembling,
            callbacks: callbacks, checkpoints: checkpoints, across: across)
        let trained = try trainMembers(training, progress: progress, threads: threads)
        let pipeline = try self.pipeline(of: trained.map(\.model), data, table, threads: threads)
        var bounds: QuantileIntervals<Scalar>?
        var endings = trained.map(\.history.ending)
        if intervals, case .matrix(let targets) = table.held.targets {
            let quantiles = try training.trainQuantiles(
                seed: seed, name: FitCheckpoints.intervals, threads: threads)
            bounds = try QuantileIntervals(
                model: quantiles.model, inputs: table.held.inputs, targets: targets, weights: table.held.weights,
                threads: threads)
            endings.append(quantiles.history.ending)
        }
        if isFirst, let checkpoints, !checkpoints.keepsCompleted, !endings.contains(.stoppedByCallback) {
            try checkpoints.remove()
        }
        let histories = trained.map(\.history)
        fitted = Fitted(pipeline: pipeline, histories: histories, intervals: bounds)
        return histories
    }

    /// Throws unless the data and the arguments suit the model.
    func checkArguments(_ data: Dataset<Scalar>, intervals: Bool) throws(PerceptronError) {
        guard !intervals || data.classCount == 0 else {
            throw .invalidArgument("intervals need numeric targets; classes have probabilities")
        }
        guard members > 0 else { throw .invalidArgument("an ensemble of \(members) members; at least 1 is needed") }
        try settings.check(for: recipe)
    }

    private func trainMembers(
        _ training: NetworkTraining<Scalar>, progress: Progress, threads: Int
    ) throws(PerceptronError) -> [NetworkTraining<Scalar>.Trained] {
        if members == 1 {
            return [
                try training.train(
                    seed: seed, name: FitCheckpoints.name(ofMember: 0), progress: progress, threads: threads)
            ]
        }
        var generator = RandomGenerator(seed: seed)
        let seeds = (0..<members).map { _ in generator.next() }
        if training.across != nil {
            var trained: [NetworkTraining<Scalar>.Trained] = []
            for (index, seed) in seeds.enumerated() {
                trained.append(
                    try training.train(
                        seed: seed, name: FitCheckpoints.name(ofMember: index), progress: .silent, threads: threads))
            }
            return trained
        }
        return try WorkerPool.shared.map(members, threads: threads) { index, _ throws(PerceptronError) in
            do throws(PerceptronError) {
                return try training.train(
                    seed: seeds[index], name: FitCheckpoints.name(ofMember: index), progress: .silent, threads: 1)
            } catch {
                throw error.inside("member \(index + 1) of \(seeds.count)")
            }
        }
    }

    /// Preprocessing and one model made of all members, with calibrated probabilities or limited numbers.
    private func pipeline(
        of models: [MLP<Scalar>], _ data: Dataset<Scalar>, _ table: PreparedTable<Scalar>, threads: Int
    ) throws(PerceptronError) -> Pipeline<Scalar> {
        var models = models
        if table.shape.hasClasses { try models.calibrate(on: table.held, threads: threads) }
        let model = try MLP(ensemble: models, behind: table.shape.hasClasses ? [] : table.examples.targets.limits)
        let layers = model.layers
        var pipeline = Pipeline<Scalar>(preprocessing: table.preprocessing, seed: seed) { _, _ in layers }
        pipeline.trained = Pipeline.Trained(
            preprocessing: table.fitted, model: model, targetNames: data.targetNames, labelNames: data.labelNames)
        return pipeline
    }
}

extension MLP {
    /// One model that predicts the mean of several models, followed by `layers`.
    fileprivate init(ensemble models: [MLP], behind layers: [any Layer]) throws(PerceptronError) {
        let members = models.map(\.layers)
        try self.init(
            (members.count == 1 ? members[0] : [Average(members)]) + layers, parameters: models.flatMap(\.parameters))
    }
}

extension Targets {
    /// Layers that limit predictions to the range of each column; none if a range is empty.
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
    /// Divides the logits of all members by the temperature that fits the rows best.
    fileprivate mutating func calibrate<Scalar>(
        on held: Examples<Scalar>, threads: Int
    ) throws(PerceptronError) where Element == MLP<Scalar> {
        guard case .classes(let classes) = held.targets else { return }
        var probabilities: [Matrix<Scalar>] = []
        for model in self { probabilities += try model.memberProbabilities(held.inputs, threads: threads) }
        let temperature = EnsembleTemperature(probabilities, targets: classes, weights: held.weights).best
        for index in indices {
            // The last layer before the softmax is linear in all its parameters.
            guard let last = self[index].parameterLayout.last?.layer else { continue }
            for tensor in self[index].parameterLayout where tensor.layer == last {
                for place in tensor.range { self[index].parameters[place] /= Scalar(temperature) }
            }
        }
    }
}

extension MLP {
    /// The probabilities of each member, or of the model itself if it has none; rows × classes.
    func memberProbabilities(
        _ inputs: Matrix<Scalar>, threads: Int
    ) throws(PerceptronError) -> [Matrix<Scalar>] {
        guard let mean = layers.last as? MemberMean else { return [try predict(inputs, threads: threads)] }
        let logits = try MLP(Array(layers.dropLast()), parameters: parameters).predict(inputs, threads: threads)
        return (0..<mean.members).map { member in
            let columns = member * outputFeatures..<(member + 1) * outputFeatures
            var probabilities = Matrix<Scalar>(rows: inputs.rows, columns: outputFeatures)
            var values = MutableMatrixView(
                rows: inputs.rows, columns: outputFeatures, elements: probabilities.elements.mutableSpan)
            Kernels.softmax(logits.view.columns(columns), into: &values)
            return probabilities
        }
    }
}
