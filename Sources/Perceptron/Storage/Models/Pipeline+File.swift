#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension Pipeline {
    /// What a file contains of a pipeline besides its model.
    private struct Description: Codable {
        let preprocessing: Preprocessing
        let fittedPreprocessing: FittedPreprocessing
        let targetNames: [String]
        let labelNames: [String]
        /// Turns the model's outputs into predictions; absent if nothing has to.
        let outputFunction: OutputFunction?
        let seed: UInt64
    }

    /// Writes the trained pipeline to a safetensors file: its model, as ``MLP/save(to:)`` does, and the preprocessing
    /// and the names of targets and classes as JSON in the metadata.
    ///
    /// The file is written atomically.
    /// - Throws: `PerceptronError.invalidState` before training; `.fileAccess` if the file can't be written,
    ///   `.invalidArgument` if a layer is not registered, or something in the preprocessing is not finite. An old file
    ///   at `url` is then unchanged.
    public func save(to url: URL) throws(PerceptronError) {
        try writer().write(to: url)
    }

    /// The file to be written.
    /// - Parameter tabular: the description of the tabular model, if there is one.
    func writer(tabular: JSONValue? = nil) throws(PerceptronError) -> SafetensorsWriter {
        let trained = try checkedTrained()
        let description: JSONValue
        do {
            description = try JSONCoding.value(
                of: Description(
                    preprocessing: preprocessing, fittedPreprocessing: trained.preprocessing,
                    targetNames: trained.targetNames, labelNames: trained.labelNames,
                    outputFunction: trained.outputFunction == .identity ? nil : trained.outputFunction, seed: seed))
        } catch {
            throw .invalidArgument("the pipeline: \(JSONCoding.reason(error))")
        }
        return try trained.model.writer(
            ModelDescription(
                layers: trained.model.layers, frozenLayers: trained.model.frozenLayers, pipeline: description,
                tabular: tabular))
    }

    /// Reads a pipeline that `save` has written. Its predictions are the same. Training it again starts from the
    /// beginning, with the same layers.
    ///
    /// The file is not trusted; see ``MLP/init(contentsOf:layers:prefix:ignoring:seed:allowsNonFinite:)``.
    /// - Parameters:
    ///   - url: the file.
    ///   - allowsNonFinite: whether parameters may be NaN or infinite.
    /// - Throws: `PerceptronError.fileAccess` if the file can't be read; `.invalidFile` if its content is not valid.
    public init(contentsOf url: URL, allowsNonFinite: Bool = false) throws(PerceptronError) {
        let file = try MappedFile(url)
        try self.init(file.bytes, path: file.path, allowsNonFinite: allowsNonFinite)
    }

    /// The same for the bytes of a file.
    package init(_ file: Span<UInt8>, path: String, allowsNonFinite: Bool = false) throws(PerceptronError) {
        func failure(_ reason: String) -> PerceptronError { .invalidFile("\(path): pipeline: \(reason)") }

        let stored = try StoredModel(SafetensorsHeader(file, path: path), path: path, layers: nil)
        guard let value = stored.description?.pipeline else {
            throw .invalidFile("\(path): holds a model without a pipeline; read it with MLP(contentsOf:)")
        }
        let description: Description
        do { description = try JSONCoding.decode(Description.self, from: value) } catch {
            throw failure(JSONCoding.reason(error))
        }
        let fitted = description.fittedPreprocessing
        let network = stored.network
        guard fitted.featureNames.count == network.inputFeatures else {
            throw failure(
                "the preprocessing gives \(counted(fitted.featureNames.count, "column")); the model takes \(network.inputFeatures)"
            )
        }
        if let scaler = fitted.targetScaler, scaler.inputFeatures != network.outputFeatures {
            throw failure(
                "the scaling is of \(counted(scaler.inputFeatures, "column")) of targets; the model gives \(network.outputFeatures)"
            )
        }
        let targets = description.labelNames.isEmpty ? network.outputFeatures : 1
        guard description.targetNames.count == targets else {
            throw failure(
                "there are names for \(counted(description.targetNames.count, "target")); the model predicts \(targets)"
            )
        }
        guard Set(description.labelNames).count == description.labelNames.count else {
            throw failure("two classes have the same name: \(description.labelNames)")
        }
        let trained = Trained(
            preprocessing: fitted,
            model: try MLP(stored, file, seed: description.seed, allowsNonFinite: allowsNonFinite),
            outputFunction: description.outputFunction ?? .identity,
            targetNames: description.targetNames, labelNames: description.labelNames)
        do throws(PerceptronError) { try trained.checkOutputs() } catch { throw failure("\(error)") }

        let layers = network.layers
        self.init(preprocessing: description.preprocessing, seed: description.seed) { _, _ in layers }
        self.trained = trained
    }
}
