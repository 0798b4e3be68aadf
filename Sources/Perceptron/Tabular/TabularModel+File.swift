#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension TabularModel {
    /// What a file has of the model besides its pipeline.
    struct Description: Codable {
        let recipe: TabularRecipe
        let members: Int
        let seed: UInt64
    }

    /// Writes the fitted model to a safetensors file, which `Pipeline(contentsOf:)` reads as well.
    ///
    /// The file is written whole or not at all.
    /// - Throws: `PerceptronError.invalidState` before fitting; `.fileAccess` if the file can't be written. What was at `url`
    ///   is still there then.
    public func save(to url: URL) throws(PerceptronError) {
        let description: JSONValue
        do {
            description = try JSONCoding.value(of: Description(recipe: recipe, members: members, seed: seed))
        } catch {
            throw .invalidArgument("the model: \(JSONCoding.reason(error))")
        }
        try checkedPipeline().writer(tabular: description).write(to: url)
    }

    /// Reads a model that `save` has written: it predicts as the one that was saved. Its `histories` are not in the file.
    ///
    /// The file is not trusted; see ``MLP/init(contentsOf:layers:prefix:ignoring:seed:allowsNonFinite:)``.
    /// - Throws: `PerceptronError.fileAccess` if the file can't be read; `.invalidFile` if it is not what it should be.
    public init(contentsOf url: URL) throws(PerceptronError) {
        let file = try MappedFile(url)
        let stored = try StoredModel(SafetensorsHeader(file.bytes, path: file.path), path: file.path, layers: nil)
        guard let value = stored.description?.tabular else {
            throw .invalidFile(
                "\(file.path): was not written by a TabularModel; Pipeline(contentsOf:) or MLP(contentsOf:) may read it"
            )
        }
        let description: Description
        do { description = try JSONCoding.decode(Description.self, from: value) } catch {
            throw .invalidFile("\(file.path): tabular: \(JSONCoding.reason(error))")
        }
        guard description.members > 0 else {
            throw .invalidFile("\(file.path): tabular: \(description.members) members; at least 1 is needed")
        }
        self.init(description.recipe, members: description.members, seed: description.seed)
        fitted = Fitted(pipeline: try Pipeline(file.bytes, path: file.path), histories: [])
    }
}
