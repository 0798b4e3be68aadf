#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension TabularModel {
    /// What a file stores of the model besides its pipeline.
    private struct Description: Codable {
        let recipe: TabularRecipe
        let members: Int
        let seed: UInt64
        /// Absent from files of early versions, as are the settings.
        let ensembling: Ensembling?
        let settings: TabularSettings?
        /// The layers and margins of the intervals; the network's parameters are tensors.
        let intervals: Intervals?
    }

    private struct Intervals: Codable {
        let layers: [CodableLayer]
        let margins: [[Double?]]
    }

    /// Writes the fitted model to a safetensors file, which `Pipeline(contentsOf:)` reads as well.
    ///
    /// The file is written atomically: if that fails, an old file at `url` is unchanged.
    /// - Throws: `PerceptronError.invalidState` before fitting; `.fileAccess` if the file can't be written.
    public func save(to url: URL) throws(PerceptronError) {
        let pipeline = try checkedPipeline()
        let intervals = fitted?.intervals
        let description: JSONValue
        do {
            description = try JSONCoding.value(
                of: Description(
                    recipe: recipe, members: members, seed: seed, ensembling: ensembling, settings: settings,
                    intervals: intervals.map {
                        Intervals(layers: $0.model.layers.map { CodableLayer($0) }, margins: $0.margins)
                    }))
        } catch {
            throw .invalidArgument("the model: \(JSONCoding.reason(error))")
        }
        var writer = try pipeline.writer(tabular: description)
        if let intervals { try intervals.model.addTensors(to: &writer, prefix: ModelDescription.intervals + ".") }
        try writer.write(to: url)
    }

    /// Reads a model that `save` has written. Its predictions are the same; its `histories` are not in the file.
    ///
    /// The file is not trusted; see ``MLP/init(contentsOf:layers:prefix:ignoring:seed:allowsNonFinite:)``.
    /// - Throws: `PerceptronError.fileAccess` if the file can't be read; `.invalidFile` if its content is not valid.
    public init(contentsOf url: URL) throws(PerceptronError) {
        let file = try MappedFile(url)
        try self.init(file.bytes, path: file.path)
    }

    /// The same for the bytes of a file.
    package init(_ file: Span<UInt8>, path: String) throws(PerceptronError) {
        func failure(_ reason: String) -> PerceptronError { .invalidFile("\(path): tabular: \(reason)") }

        guard let stored = try ModelDescription(SafetensorsHeader(file, path: path).metadata, path: path),
            let value = stored.tabular
        else {
            throw .invalidFile(
                "\(path): not a file of a TabularModel; Pipeline(contentsOf:) or MLP(contentsOf:) may read it")
        }
        let description: Description
        do { description = try JSONCoding.decode(Description.self, from: value) } catch {
            throw failure(JSONCoding.reason(error))
        }
        guard description.members > 0 else {
            throw failure("\(description.members) members; at least 1 is needed")
        }
        self.init(
            description.recipe, members: description.members, ensembling: description.ensembling ?? .seeds,
            settings: description.settings ?? TabularSettings(), seed: description.seed)
        let pipeline = try Pipeline<Scalar>(file, path: path)
        fitted = Fitted(pipeline: pipeline, histories: [])
        guard let intervals = description.intervals else { return }
        let model = try MLP<Scalar>(
            file, path: path, layers: intervals.layers.map(\.layer),
            names: ForeignNames(
                prefix: ModelDescription.intervals, ignored: stored.layers.indices.map { "\($0)" }), seed: 0,
            allowsNonFinite: false)
        let targets = pipeline.targetNames.count
        let quantiles = targets * QuantileIntervals<Scalar>.quantiles.count
        guard model.inputFeatures == pipeline.model?.inputFeatures, model.outputFeatures == quantiles,
            pipeline.labelNames.isEmpty
        else {
            throw failure(
                "the network for intervals has \(model.inputFeatures) inputs and \(model.outputFeatures) outputs; "
                    + "\(targets) targets need \(quantiles) outputs and the inputs of the model")
        }
        let levels = QuantileIntervals<Scalar>.levels.count
        guard intervals.margins.count == targets,
            intervals.margins.allSatisfy({ $0.count == levels && $0.allSatisfy { $0?.isFinite ?? true } })
        else {
            throw failure("the margins are not \(levels) finite numbers for each of \(targets) targets")
        }
        fitted?.intervals = QuantileIntervals(model: model, margins: intervals.margins)
    }
}
