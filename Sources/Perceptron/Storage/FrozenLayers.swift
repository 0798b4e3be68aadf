/// The indices of frozen layers, which files store under "frozen".
enum FrozenLayers {
    static let key = "frozen"

    static func value(_ layers: Set<Int>) -> JSONValue { .array(layers.sorted().map { .integer(Int128($0)) }) }

    /// The frozen layers in a description; none if it has no such key.
    /// - Throws: `PerceptronError.invalidFile` if they are not indices of existing layers.
    static func read(_ description: JSONValue, layers: Int, path: String) throws(PerceptronError) -> Set<Int> {
        guard let value = description[key] else { return [] }
        var indices: Set<Int> = []
        for element in value.array ?? [value] {
            guard let index: Int = element.integer(), (0..<layers).contains(index) else {
                throw .invalidFile("\(path): \"\(key)\" must be a list of layer indices from 0 to \(layers - 1)")
            }
            indices.insert(index)
        }
        return indices
    }
}
