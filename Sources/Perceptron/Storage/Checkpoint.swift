#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The content of a checkpoint file: a safetensors file, with everything that isn't a tensor as JSON in its metadata.
///
/// Tensors: `parameters` and, if the model has any, `state`, laid out as in the flat vectors; `optimizer.0`,
/// `optimizer.1`, … for the optimizer's state; `optimizer.tensors` and `optimizer.numbers` if it has any; `generator`.
/// Within a run: `run.order`, `run.sums`, `run.last`, `run.losses`, `run.validationLosses`, `run.learningRates`,
/// `run.gradientNorms`, `run.metrics.0`, …; `run.average` and `run.accumulated` if they exist; `run.bestValue` if early
/// stopping has a best epoch, `run.best` if it restores that epoch's parameters, and `run.interrupted` if the model was
/// given them back; `run.best.state` and `run.interrupted.state` with these; `run.interrupted.optimizer.0`, … if an
/// optimizer predicts with other parameters than it trains; `run.fit.numbers` and `run.fit.vectors` if the run is a
/// fit.
struct Checkpoint<Scalar: BLASScalar> {
    static var format: String { "swift-perceptron checkpoint" }
    static var version: Int { 1 }

    let file: SafetensorsFile
    let description: JSONValue

    /// - Throws: `PerceptronError.invalidFile` if the file is not a checkpoint, or has another version or scalar type.
    init(contentsOf url: URL) throws(PerceptronError) {
        file = try SafetensorsFile(contentsOf: url)
        guard let text = file.metadata["checkpoint"] else {
            throw .invalidFile("\(file.path): not a checkpoint: its metadata has no \"checkpoint\"")
        }
        do throws(JSONParser.Failure) {
            description = try JSONParser.parse(Array(text.utf8).span)
        } catch {
            throw error.located("\(file.path): its description")
        }
        guard description["format"]?.string == Self.format else {
            throw .invalidFile("\(file.path): not a checkpoint: its description has another format")
        }
        guard let version = description["version"]?.integer(Int.self), version == Self.version else {
            throw .invalidFile(
                "\(file.path): the checkpoint's version is \(description["version"]?.integer(Int.self) ?? 0); "
                    + "this package reads version \(Self.version)")
        }
        guard let scalar = description["scalar"]?.string, scalar == "\(Scalar.self)" else {
            throw .invalidFile(
                "\(file.path): the checkpoint is of a model in \(description["scalar"]?.string ?? "no type"); "
                    + "this trainer computes in \(Scalar.self)")
        }
    }

    // MARK: Pieces

    func failure(_ reason: String) -> PerceptronError { .invalidFile("\(file.path): \(reason)") }

    /// A model's numbers: its parameters under a name, and its state, if it has one.
    func model(_ name: String, state: String, of network: Network) throws(PerceptronError) -> ModelValues<Scalar> {
        ModelValues(
            parameters: try finite(name, count: network.parameterCount),
            state: network.stateCount == 0 ? [] : try finite(state, count: network.stateCount))
    }

    static func add(
        _ model: ModelValues<Scalar>, _ name: String, state: String, to writer: inout SafetensorsWriter
    ) throws(PerceptronError) {
        try writer.add(name, scalars: model.parameters)
        if !model.state.isEmpty { try writer.add(state, scalars: model.state) }
    }

    /// An optimizer's state, under a name.
    func optimizer(_ name: String, of engine: Engine<Scalar>) throws(PerceptronError) -> OptimizerState<Scalar> {
        let (optimizer, count) = (engine.parameters.optimizer, engine.network.parameterCount)
        var vectors: [[Scalar]] = []
        for index in 0..<optimizer.stateVectors {
            // These need not be finite: the square of a large gradient may overflow without ending training.
            vectors.append(try file.array("\(name).\(index)", of: Scalar.self, shape: [count]))
        }
        let tensors = engine.parameters.tensorMemory.state.count
        return OptimizerState(
            vectors: vectors,
            tensors: tensors == 0 ? [] : try file.array("\(name).tensors", of: Scalar.self, shape: [tensors]),
            numbers: optimizer.stateNumbers == 0
                ? [] : try file.array("\(name).numbers", of: Double.self, shape: [optimizer.stateNumbers]))
    }

    static func add(
        _ state: OptimizerState<Scalar>, _ name: String, to writer: inout SafetensorsWriter
    ) throws(PerceptronError) {
        for (index, vector) in state.vectors.enumerated() { try writer.add("\(name).\(index)", scalars: vector) }
        if !state.tensors.isEmpty { try writer.add("\(name).tensors", scalars: state.tensors) }
        if !state.numbers.isEmpty { try writer.add("\(name).numbers", state.numbers) }
    }

    /// A `Codable` value as a part of the description.
    static func value(of codable: some Encodable) throws(PerceptronError) -> JSONValue {
        do {
            return try JSONCoding.value(of: codable)
        } catch {
            throw .invalidArgument("\(codable) can't be written to a checkpoint: \(JSONCoding.reason(error))")
        }
    }

    /// Finite numbers, in the expected quantity.
    func finite(_ name: String, count: Int) throws(PerceptronError) -> [Scalar] {
        let values = try file.array(name, of: Scalar.self, shape: [count])
        if let index = Kernels.firstNonFinite(values.span) {
            throw failure("tensor \"\(name)\" has \(values[index]) at \(index); all values must be finite")
        }
        return values
    }

    func integer<Value: FixedWidthInteger>(
        _ key: String, of object: JSONValue, in range: ClosedRange<Value>
    ) throws(PerceptronError) -> Value {
        guard let value = object[key]?.integer(Value.self), range.contains(value) else {
            throw failure("its description has no \"\(key)\" from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    func string(_ key: String, of object: JSONValue) throws(PerceptronError) -> String {
        guard let value = object[key]?.string else { throw failure("its description has no \"\(key)\"") }
        return value
    }

    // MARK: The run

    /// The run in which the checkpoint was taken, if there was one.
    func run(of engine: Engine<Scalar>) throws(PerceptronError) -> TrainingRun<Scalar>? {
        let network = engine.network
        guard let object = description["run"] else { return nil }
        guard let sampling = Sampling(rawValue: try string("sampling", of: object)) else {
            throw failure("its description has no known sampling")
        }
        var run = TrainingRun<Scalar>(
            shape: .init(
                rows: try integer("rows", of: object, in: 1...Int.max),
                batchSize: try integer("batchSize", of: object, in: 1...Int.max), sampling: sampling),
            settings: try settings(of: object), splitSeed: try integer("splitSeed", of: object, in: 0...UInt64.max),
            // Checkpoints from before schedules existed had no use for it.
            firstUpdate: object["firstUpdate"] == nil ? 0 : try integer("firstUpdate", of: object, in: 0...1 << 53))
        run.epoch = try integer("epoch", of: object, in: 1...Int.max)
        run.step = try integer("step", of: object, in: 0...Int.max)
        run.epochsWithoutImprovement = try integer("epochsWithoutImprovement", of: object, in: 0...Int.max)
        run.order = try file.array("run.order", of: Int.self)
        let sums = try file.array("run.sums", of: Double.self, shape: [2])
        run.lossSum = sums[0]
        run.weightSum = sums[1]
        if file["run.last"] != nil {
            let last = try file.array("run.last", of: Double.self, shape: [2])
            run.learningRate = last[0]
            run.gradientNorm = last[1]
        }

        let epochs = run.epoch - 1
        run.history.losses = try file.array("run.losses", of: Double.self, shape: [epochs])
        if file["run.validationLosses"] != nil {
            run.history.validationLosses = try file.array("run.validationLosses", of: Double.self, shape: [epochs])
        }
        for (index, name) in (object["metrics"]?.array ?? []).enumerated() {
            guard let name = name.string else { throw failure("its description has a metric without a name") }
            let values = try file.array("run.metrics.\(index)", of: Double.self, shape: [epochs])
            run.history.metrics.append(History.Series(name: name, values: values))
        }
        for (name, path) in [("run.learningRates", \History.learningRates), ("run.gradientNorms", \.gradientNorms)] {
            // Checkpoints from before schedules existed have none.
            run.history[keyPath: path] =
                file[name] == nil
                ? [Double](repeating: .nan, count: epochs) : try file.array(name, of: Double.self, shape: [epochs])
        }
        run.history.keptEpoch = epochs > 0 ? epochs : nil
        if object["bestEpoch"] != nil {
            run.best = TrainingRun.Best(
                epoch: try integer("bestEpoch", of: object, in: 1...max(1, epochs)),
                value: try file.array("run.bestValue", of: Double.self, shape: [1])[0],
                model: file["run.best"] == nil ? nil : try model("run.best", state: "run.best.state", of: network))
        }
        if let fit = object["fit"] {
            run.fit = FitState(
                method: try string("method", of: fit),
                evaluations: try integer("evaluations", of: fit, in: 0...1 << 53),
                derivativeEvaluations: try integer("derivativeEvaluations", of: fit, in: 0...1 << 53),
                numbers: try file.array("run.fit.numbers", of: Double.self),
                vectors: try file.array("run.fit.vectors", of: Scalar.self))
        }
        if file["run.interrupted"] != nil {
            let values = try model("run.interrupted", state: "run.interrupted.state", of: network)
            let isWhole = engine.parameters.optimizer.predictsElsewhere
            run.interrupted = .init(
                model: values, optimizer: isWhole ? try optimizer("run.interrupted.optimizer", of: engine) : nil,
                average: try average("run.interrupted.average", "interruptedAverage", of: engine))
        }
        if let plateau = object["plateau"] {
            do {
                run.plateau = try JSONCoding.decode(Plateau.Memory.self, from: plateau)
            } catch {
                throw failure("its \"plateau\": \(JSONCoding.reason(error))")
            }
            guard run.plateau.scale >= 0, run.plateau.scale <= 1 else {
                throw failure("its plateau's scale is \(run.plateau.scale); it must be from 0 to 1")
            }
        }
        return run
    }

    /// The settings of the run; early checkpoints don't have them.
    private func settings(of run: JSONValue) throws(PerceptronError) -> [RunSetting] {
        var settings: [RunSetting] = []
        for member in run["settings"]?.object ?? [] {
            guard let value = member.value.string else {
                throw failure("its description has a setting \"\(member.key)\" that is not a string")
            }
            settings.append(RunSetting(name: member.key, value: value))
        }
        return settings
    }

    /// The average of a run's parameters, stored under a name, with the number of parameters averaged, stored under a
    /// key; nil if there is none.
    func average(
        _ name: String, _ key: String, of engine: Engine<Scalar>
    ) throws(PerceptronError) -> AveragedParameters<Scalar>? {
        guard let object = description["run"], file[name] != nil else { return nil }
        return AveragedParameters(
            try finite(name, count: engine.network.parameterCount), count: try integer(key, of: object, in: 1...Int.max)
        )
    }

    /// The gradients that a run has accumulated; nil if there are none.
    func accumulated(of engine: Engine<Scalar>) throws(PerceptronError) -> AccumulatedGradients<Scalar>? {
        guard let object = description["run"], file["run.accumulated"] != nil else { return nil }
        return AccumulatedGradients(
            try file.array("run.accumulated", of: Scalar.self, shape: [engine.network.parameterCount]),
            weight: try file.array("run.accumulated.weight", of: Double.self, shape: [1])[0],
            batches: try integer("accumulated", of: object, in: 1...Int.max))
    }

    static func add(
        _ run: TrainingRun<Scalar>, of engine: Engine<Scalar>, to writer: inout SafetensorsWriter
    ) throws(PerceptronError) -> JSONValue {
        try writer.add("run.order", run.order)
        try writer.add("run.sums", [run.lossSum, run.weightSum])
        try writer.add("run.last", [run.learningRate, run.gradientNorm])
        try writer.add("run.losses", run.history.losses)
        try writer.add("run.learningRates", run.history.learningRates)
        try writer.add("run.gradientNorms", run.history.gradientNorms)
        if !run.history.validationLosses.isEmpty {
            try writer.add("run.validationLosses", run.history.validationLosses)
        }
        for (index, series) in run.history.metrics.enumerated() {
            try writer.add("run.metrics.\(index)", series.values)
        }
        var members: [JSONValue.Member] = [
            .init("rows", .integer(Int128(run.shape.rows))),
            .init("batchSize", .integer(Int128(run.shape.batchSize))),
            .init("sampling", .string(run.shape.sampling.rawValue)),
            .init("settings", .object(run.settings.map { .init($0.name, .string($0.value)) })),
            .init("splitSeed", .integer(Int128(run.splitSeed))),
            .init("firstUpdate", .integer(Int128(run.firstUpdate))),
            .init("epoch", .integer(Int128(run.epoch))),
            .init("step", .integer(Int128(run.step))),
            .init("epochsWithoutImprovement", .integer(Int128(run.epochsWithoutImprovement))),
            .init("metrics", .array(run.history.metrics.map { .string($0.name) })),
        ]
        if let best = run.best {
            members.append(.init("bestEpoch", .integer(Int128(best.epoch))))
            try writer.add("run.bestValue", [best.value])
            if let model = best.model { try add(model, "run.best", state: "run.best.state", to: &writer) }
        }
        if let fit = run.fit {
            members.append(
                .init(
                    "fit",
                    .object([
                        .init("method", .string(fit.method)),
                        .init("evaluations", .integer(Int128(fit.evaluations))),
                        .init("derivativeEvaluations", .integer(Int128(fit.derivativeEvaluations))),
                    ])))
            try writer.add("run.fit.numbers", fit.numbers)
            try writer.add("run.fit.vectors", scalars: fit.vectors)
        }
        if let interrupted = run.interrupted {
            try add(interrupted.model, "run.interrupted", state: "run.interrupted.state", to: &writer)
            if let state = interrupted.optimizer { try add(state, "run.interrupted.optimizer", to: &writer) }
            if let average = interrupted.average {
                try writer.add("run.interrupted.average", scalars: average.values.array)
                members.append(.init("interruptedAverage", .integer(Int128(average.count))))
            }
        }
        if let average = engine.parameters.average {
            try writer.add("run.average", scalars: average.values.array)
            members.append(.init("average", .integer(Int128(average.count))))
        }
        if let accumulated = engine.parameters.accumulated, accumulated.batches > 0 {
            try writer.add("run.accumulated", scalars: accumulated.sum.array)
            try writer.add("run.accumulated.weight", [accumulated.weight])
            members.append(.init("accumulated", .integer(Int128(accumulated.batches))))
        }
        if run.plateau != Plateau.Memory() { members.append(.init("plateau", try value(of: run.plateau))) }
        return .object(members)
    }
}

extension SafetensorsWriter {
    /// Adds a vector of a model's scalars.
    mutating func add<Scalar: BLASScalar>(_ name: String, scalars: [Scalar]) throws(PerceptronError) {
        try add(name, shape: [scalars.count], count: scalars.count, type: .of(Scalar.self)) {
            (file) throws(PerceptronError) in
            try file.write(scalars.span.bytes)
        }
    }
}
