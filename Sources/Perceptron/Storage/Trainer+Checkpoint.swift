#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension Trainer {
    /// Writes everything that training needs to continue later as if it had never stopped: layers and parameters, the
    /// optimizer's state, the random generator and, within a run of `train`, the position in it, the order of the
    /// epoch's rows, the history and the state of early stopping.
    ///
    /// The file is a safetensors file, written atomically: at any time, `url` has either the old file or the new one.
    /// - Throws: `PerceptronError.fileAccess` if it can't be written, `.invalidArgument` if a layer is not known to
    ///   `LayerRegistry`. An old file at `url` is then unchanged.
    public func saveCheckpoint(to url: URL) throws(PerceptronError) {
        var writer = SafetensorsWriter()
        try Checkpoint.add(engine.values, "parameters", state: "state", to: &writer)
        try Checkpoint.add(engine.parameters.state, "optimizer", to: &writer)
        try writer.add("generator", generator.words)
        var members: [JSONValue.Member] = [
            .init("format", .string(Checkpoint<Scalar>.format)),
            .init("version", .integer(Int128(Checkpoint<Scalar>.version))),
            .init("scalar", .string("\(Scalar.self)")),
            .init("optimizer", .string(engine.parameters.optimizer.name)),
            .init("learningRate", try Checkpoint<Scalar>.value(of: engine.parameters.optimizer.learningRate)),
            .init("updates", .integer(Int128(engine.parameters.updates))),
            .init("seed", .integer(Int128(engine.seed))),
            .init("frozen", FrozenLayers.value(template.frozenLayers)),
        ]
        if let run { members.append(.init("run", try Checkpoint.add(run, of: engine, to: &writer))) }
        writer.metadata = [
            "checkpoint": try JSONValue.object(members).text(),
            "layers": try LayerCoding.encode(engine.network.layers),
        ]
        try writer.write(to: url)
    }

    /// Restores a trainer from a checkpoint, bit for bit on a machine with the same processor.
    ///
    /// If the checkpoint was taken within a run of `train`, the next call of `train`, with the same rows and arguments,
    /// continues that run (see `continuesRun`). `gradients` are zeros until the next step.
    ///
    /// The file is not trusted: its content is checked before it is used. The numbers of the history so far are taken
    /// as they are.
    /// - Parameters:
    ///   - url: the file.
    ///   - loss: the same loss as before, which a checkpoint doesn't contain.
    ///   - optimizer: of the same type as before; its settings may differ, except for the learning rate of a run that
    ///     is continued.
    ///   - threads: the most threads to use; as many as help if nil.
    /// - Throws: `PerceptronError.fileAccess` if the file can't be read; `.invalidFile` if it is not a checkpoint, has
    ///   another scalar type or optimizer, or is damaged; the errors of `Trainer.init(model:loss:optimizer:threads:)`
    ///   throws.
    public init(
        resumingFrom url: URL, loss: any Loss, optimizer: any Optimizer, threads: Int? = nil
    ) throws(PerceptronError) {
        let checkpoint = try Checkpoint<Scalar>(contentsOf: url)
        let file = checkpoint.file
        guard let text = file.metadata["layers"] else {
            throw checkpoint.failure("not a checkpoint: its metadata has no \"layers\"")
        }
        let network: Network
        do throws(PerceptronError) {
            network = try Network(LayerCoding.decode(text, path: file.path))
        } catch .invalidArchitecture(let message) {
            throw checkpoint.failure(message)
        }
        let words = try file.array("generator", of: UInt64.self, shape: [4])
        guard let generator = RandomGenerator(words: words) else {
            throw checkpoint.failure("the state of the random generator is all zeros, which is impossible")
        }
        let name = optimizer.name
        let saved = try checkpoint.string("optimizer", of: checkpoint.description)
        guard saved == name else {
            throw checkpoint.failure("the checkpoint's optimizer is \(saved); it can't be resumed with \(name)")
        }
        let model = MLP(
            network: network, generator: generator,
            values: try checkpoint.model("parameters", state: "state", of: network),
            frozenLayers: try FrozenLayers.read(checkpoint.description, layers: network.layers.count, path: file.path))
        // Beyond that, no optimizer can tell one update from the next, because it computes with their number as a
        // Double.
        let updates = try checkpoint.integer("updates", of: checkpoint.description, in: 0...1 << 53)

        // Checkpoints from before layers used randomness have no seed for it, and need none.
        let seed: UInt64 =
            checkpoint.description["seed"] == nil
            ? 0 : try checkpoint.integer("seed", of: checkpoint.description, in: 0...UInt64.max)
        try self.init(model: model, loss: loss, optimizer: optimizer, threads: threads, seed: seed)
        engine.parameters.resume(updates: updates, try checkpoint.optimizer("optimizer", of: engine))
        run = try checkpoint.run(of: engine)
        engine.parameters.resume(
            average: try checkpoint.average("run.average", "average", of: engine),
            accumulated: try checkpoint.accumulated(of: engine))
        continuesRun = run != nil
    }

    /// The newest checkpoint of a `.checkpoints(in:)` callback; nil if there is none.
    /// - Throws: `PerceptronError` if the folder's list can't be read.
    public static func latestCheckpoint(in folder: URL) throws(PerceptronError) -> URL? {
        try CheckpointFolder(folder, keepLast: 1, keepBest: true).latest()
    }

    /// The best checkpoint of a `.checkpoints(in:)` callback; nil if there is none.
    /// - Throws: `PerceptronError` if the folder's list can't be read.
    public static func bestCheckpoint(in folder: URL) throws(PerceptronError) -> URL? {
        try CheckpointFolder(folder, keepLast: 1, keepBest: true).best()
    }
}

extension TrainingCallback {
    /// Writes checkpoints during training: `checkpoint-000120.safetensors` after update 120.
    ///
    /// `Trainer.latestCheckpoint(in:)` and `bestCheckpoint(in:)` find them again, also in another process. The best
    /// epoch is that of the number which early stopping monitors; without it, of the validation loss, or of the loss.
    /// - Parameters:
    ///   - folder: created if it doesn't exist. In a cross-validation each fold has one in it, "fold 1" and so on.
    ///   - updates: the number of updates between checkpoints; if nil, they are written after every epoch.
    ///   - last: how many of the newest checkpoints are kept; at least 1.
    ///   - keepsBest: whether the best is kept too, which is one after an epoch: with `updates` there is none.
    /// - Throws: `PerceptronError.invalidArgument` if a number is less than 1.
    public static func checkpoints(
        in folder: URL, everyUpdates updates: Int? = nil, keepingLast last: Int = 3, keepsBest: Bool = true
    ) throws(PerceptronError) -> TrainingCallback {
        if let updates, updates < 1 {
            throw .invalidArgument("checkpoints every \(counted(updates, "update")); at least 1 is needed")
        }
        let folder = try CheckpointFolder(folder, keepLast: last, keepBest: keepsBest)
        return TrainingCallback(every: updates == nil ? .epoch : .step) { (report) throws(PerceptronError) in
            if let updates, !report.updates.isMultiple(of: updates) { return .proceed }
            try folder.ofFold(report.fold).save(step: report.updates, score: updates == nil ? report.score : nil) {
                (url) throws(PerceptronError) in try report.trainer.saveCheckpoint(to: url)
            }
            return .proceed
        }
    }
}
