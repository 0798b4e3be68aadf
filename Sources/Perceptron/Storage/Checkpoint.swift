#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// What a checkpoint file has of a trainer: a safetensors file, with what is no tensor as JSON in its metadata.
///
/// Tensors: `parameters` and `state`, as they lie in the flat vectors, the second if there is some; `optimizer.0`, `optimizer.1`, … the optimizer's state; `generator`.
/// Of an interrupted run: `run.order`, `run.sums`, `run.losses`, `run.validationLosses`, `run.metrics.0`, …;
/// `run.bestValue` where early stopping has a best epoch, `run.best` where it is to restore that one's parameters, and
/// `run.interrupted` where the model was given them back; `run.best.state` and `run.interrupted.state` with them.
struct Checkpoint<Scalar: BLASScalar> {
    static var format: String { "swift-perceptron checkpoint" }
    static var version: Int { 1 }

    let file: SafetensorsFile
    let description: JSONValue

    /// - Throws: `PerceptronError.invalidFile` if the file is no checkpoint, or one of another version or scalar type.
    init(contentsOf url: URL) throws(PerceptronError) {
        file = try SafetensorsFile(contentsOf: url)
        guard let text = file.metadata["checkpoint"] else {
            throw .invalidFile("\(file.path): is no checkpoint: its metadata have no \"checkpoint\"")
        }
        do throws(JSONParser.Failure) {
            description = try JSONParser.parse(Array(text.utf8).span)
        } catch {
            throw error.located("\(file.path): its description")
        }
        guard description["format"]?.string == Self.format else {
            throw .invalidFile("\(file.path): its description is not that of a checkpoint")
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

    /// The numbers of a model: its parameters under a name, and its state, if it has one.
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

    /// Finite numbers, as many as are expected.
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

    /// The run that the checkpoint was taken in, if it was.
    func run(of network: Network) throws(PerceptronError) -> TrainingRun<Scalar>? {
        guard let object = description["run"] else { return nil }
        guard let sampling = Sampling(rawValue: try string("sampling", of: object)) else {
            throw failure("its description has no sampling that there is")
        }
        var run = TrainingRun<Scalar>(
            shape: .init(
                rows: try integer("rows", of: object, in: 1...Int.max),
                batchSize: try integer("batchSize", of: object, in: 1...Int.max), sampling: sampling),
            splitSeed: try integer("splitSeed", of: object, in: 0...UInt64.max))
        run.epoch = try integer("epoch", of: object, in: 1...Int.max)
        run.step = try integer("step", of: object, in: 0...Int.max)
        run.epochsWithoutImprovement = try integer("epochsWithoutImprovement", of: object, in: 0...Int.max)
        run.order = try file.array("run.order", of: Int.self)
        let sums = try file.array("run.sums", of: Double.self, shape: [2])
        run.lossSum = sums[0]
        run.weightSum = sums[1]

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
        run.history.keptEpoch = epochs > 0 ? epochs : nil
        if object["bestEpoch"] != nil {
            run.best = TrainingRun.Best(
                epoch: try integer("bestEpoch", of: object, in: 1...max(1, epochs)),
                value: try file.array("run.bestValue", of: Double.self, shape: [1])[0],
                model: file["run.best"] == nil ? nil : try model("run.best", state: "run.best.state", of: network))
        }
        if file["run.interrupted"] != nil {
            run.interruptedModel = try model("run.interrupted", state: "run.interrupted.state", of: network)
        }
        return run
    }

    static func add(
        _ run: TrainingRun<Scalar>, to writer: inout SafetensorsWriter
    ) throws(PerceptronError) -> JSONValue {
        try writer.add("run.order", run.order)
        try writer.add("run.sums", [run.lossSum, run.weightSum])
        try writer.add("run.losses", run.history.losses)
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
            .init("splitSeed", .integer(Int128(run.splitSeed))),
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
        if let model = run.interruptedModel {
            try add(model, "run.interrupted", state: "run.interrupted.state", to: &writer)
        }
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
