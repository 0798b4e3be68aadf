/// The names of tensors in a file from another program, where the layers may be those of only a part of its model.
struct ForeignNames: Sendable {
    /// The prefix of the names that the layers expect; if nil, it is to be found.
    var prefix: String?
    /// Tensors that the layers don't use: their names, or those of the modules that they belong to.
    var ignored: [String] = []

    init(prefix: String? = nil, ignored: [String] = []) {
        self.prefix = prefix
        self.ignored = ignored
    }

    /// The names in a file of this package, whose layers are those of the whole model.
    init(_ description: ModelDescription) {
        self.init(prefix: "", ignored: description.tabular == nil ? [] : [ModelDescription.intervals])
    }

    /// The prefix, with its trailing dot: of the prefixes with which the first expected name occurs, the one with which
    /// all of them occur.
    func prefix(of expected: [String], in names: [String]) -> String {
        if let prefix { return prefix.isEmpty || prefix.hasSuffix(".") ? prefix : prefix + "." }
        let all = Set(names)
        guard let first = expected.first, !all.contains(first) else { return "" }
        let prefixes = names.filter { $0.hasSuffix("." + first) }.map { String($0.dropLast(first.count)) }
            .filter { prefix in expected.allSatisfy { all.contains(prefix + $0) } }
        return prefixes.count == 1 ? prefixes[0] : ""
    }

    func ignores(_ name: String) -> Bool { ignored.contains { name == $0 || name.hasPrefix($0 + ".") } }
}
