/// What a model's file contains besides its tensors: JSON in the metadata, under a single key, because the format's
/// reference implementation writes several keys in any order.
struct ModelDescription: Sendable {
    static let key = "perceptron"
    /// The version of this JSON, and of the names and the layout of the tensors.
    static let version = 1
    /// The prefix of the names of tensors that belong to the prediction intervals of a tabular model.
    static let intervals = "intervals"

    let layers: [any Layer]
    let frozenLayers: Set<Int>
    /// The pipeline's description, if the model belongs to one.
    let pipeline: JSONValue?
    /// The tabular model's description, if the pipeline belongs to one.
    let tabular: JSONValue?

    init(
        layers: [any Layer], frozenLayers: Set<Int>, pipeline: JSONValue? = nil, tabular: JSONValue? = nil
    ) {
        self.layers = layers
        self.frozenLayers = frozenLayers
        self.pipeline = pipeline
        self.tabular = tabular
    }

    /// - Returns: nil if a file was not written by this package.
    /// - Throws: `PerceptronError.invalidFile` if it has another version, or its layers can't be decoded.
    init?(_ metadata: [String: String], path: String) throws(PerceptronError) {
        guard let text = metadata[ModelDescription.key] else { return nil }
        func failure(_ reason: String) -> PerceptronError {
            .invalidFile("\(path): \(ModelDescription.key) in the metadata: \(reason)")
        }
        let description: JSONValue
        do throws(JSONParser.Failure) {
            description = try JSONParser.parse(Array(text.utf8).span, mostValues: JSONCoding.mostValues)
        } catch {
            throw failure(JSONCoding.reason(error))
        }
        guard let version: Int = description["version"]?.integer() else { throw failure("there is no version") }
        guard version == ModelDescription.version else {
            throw failure("the version is \(version); this package reads version \(ModelDescription.version)")
        }
        guard let layers = description["layers"] else { throw failure("there are no layers") }
        self.layers = try LayerCoding.decode(try layers.text(), path: path)
        frozenLayers = try FrozenLayers.read(description, layers: self.layers.count, path: path)
        pipeline = description["pipeline"]
        tabular = description["tabular"]
    }

    /// The metadata of a file.
    /// - Throws: `PerceptronError.invalidArgument` if a layer's type is not registered.
    func metadata() throws(PerceptronError) -> [String: String] {
        let layers = try LayerCoding.encode(layers)
        let frozen =
            frozenLayers.isEmpty ? "" : ",\"\(FrozenLayers.key)\":\(try FrozenLayers.value(frozenLayers).text())"
        var members = ""
        for (name, value) in [("pipeline", pipeline), ("tabular", tabular)] {
            if let value { members += ",\"\(name)\":\(try value.text())" }
        }
        return [
            ModelDescription.key: "{\"version\":\(ModelDescription.version),\"layers\":\(layers)\(frozen)\(members)}"
        ]
    }
}
