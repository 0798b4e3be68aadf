/// Which columns of a CSV file are to be read, and as what.
struct CSVSelection {
    /// The columns that the inputs must have; nil for all that nothing else is said of.
    var schema: [Column]?
    var targets: [String] = []
    var targetKind = CSV.TargetKind.automatic
    /// The classes there are; nil for those that are found.
    var labels: [String]?
    var weights: String?
    var ignored: [String] = []
    /// Inputs whose values are texts, even if they look like numbers.
    var categorical: [String] = []
    /// What an input is if nothing is said of it.
    var content = CSVColumn.Content.undecided

    /// The columns of a file, and the texts in them that have codes before it is read.
    func columns(
        _ names: [String], in file: String
    ) throws(PerceptronError) -> (columns: [CSVColumn], categories: [CSVCategories]) {
        let places = Dictionary(uniqueKeysWithValues: zip(names, names.indices))
        var columns = [CSVColumn](repeating: CSVColumn(), count: names.count)
        var categories = [CSVCategories](repeating: CSVCategories(), count: names.count)
        var roles = [String?](repeating: nil, count: names.count)

        func take(_ name: String, as role: String) throws(PerceptronError) -> Int {
            guard let index = places[name] else {
                throw .invalidFile(
                    "\(file): no column \(name.debugDescription) for the \(role); it has \(CSVSelection.list(names))")
            }
            if let other = roles[index] {
                throw .invalidArgument("column \(name.debugDescription) can't be both the \(other) and the \(role)")
            }
            roles[index] = role
            return index
        }
        for name in ignored { _ = try take(name, as: "columns to ignore") }
        if let weights { columns[try take(weights, as: "weights")].role = .weight }
        var targetColumns: [Int] = []
        for name in targets { targetColumns.append(try take(name, as: "target")) }

        var inputs: [Int] = []
        if let schema {
            for column in schema {
                let index = try take(column.name, as: "inputs")
                inputs.append(index)
                switch column.kind {
                case .numeric: columns[index].content = .numbers
                case .categorical(let known):
                    columns[index].content = .texts
                    categories[index] = CSVCategories(known: known)
                }
            }
        } else {
            for name in categorical { columns[try take(name, as: "categorical inputs")].content = .texts }
            for index in names.indices where roles[index] == nil { columns[index].content = content }
            inputs = names.indices.filter { roles[$0] == nil || roles[$0] == "categorical inputs" }
        }
        guard !inputs.isEmpty else { throw .invalidFile("\(file): no column is left for the inputs") }
        for (place, index) in inputs.enumerated() {
            columns[index].role = .input
            columns[index].place = place
        }
        for (place, index) in targetColumns.enumerated() {
            columns[index].role = .target
            columns[index].place = place
            if let labels {
                categories[index] = CSVCategories(known: labels)
                columns[index].isClosed = true
            }
            columns[index].content =
                switch targetKind {
                case .automatic: labels == nil ? .undecided : .texts
                case .classes: .texts
                case .values: .numbers
                }
        }
        return (columns, categories)
    }

    private static func list(_ names: [String]) -> String {
        let shown = 20
        let list = names.prefix(shown).map(\.debugDescription).joined(separator: ", ")
        return names.count > shown ? "\(list) and \(names.count - shown) more" : list
    }
}
