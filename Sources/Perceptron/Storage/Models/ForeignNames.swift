/// How the tensors of a file that another program wrote are called, where the layers are those of a part of its model.
struct ForeignNames: Sendable {
    /// What stands before the names that the layers expect; nil if that is to be found.
    var prefix: String?
    /// Tensors that the layers have no place for: their names, or those of the modules that they belong to.
    var ignored: [String] = []

    init(prefix: String? = nil, ignored: [String] = []) {
        self.prefix = prefix
        self.ignored = ignored
    }

    /// The names in a file of this package, whose layers are all of its model.
    init(_ description: ModelDescription) {
        self.init(prefix: "", ignored: description.tabular == nil ? [] : [ModelDescription.intervals])
    }

    /// The prefix, with the point that ends it: of those that stand before the first name that is expected, the one that
    /// stands before all of them.
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
