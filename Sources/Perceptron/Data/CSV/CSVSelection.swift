/// Which columns of a CSV file to read, and as what.
struct CSVSelection {
    /// The columns that the inputs must have; nil for all columns without another role.
    var schema: [Column]?
    var targets: [String] = []
    var targetKind = CSV.TargetKind.automatic
    /// The classes; nil for those found in the file.
    var labels: [String]?
    var weights: String?
    var ignored: [String] = []
    /// Inputs whose values are texts, even if they look like numbers.
    var categorical: [String] = []
    /// Inputs whose values are numbers, whatever they look like.
    var numeric: [String] = []
    /// Inputs whose values are dates.
    var dates: [DateColumn] = []
    /// The content of an input that no other property mentions.
    var content = CSVColumn.Content.undecided

    /// The columns of a file and how they are used.
    func columns(_ names: [String], in file: String) throws(PerceptronError) -> CSVColumns {
        let places = Dictionary(uniqueKeysWithValues: zip(names, names.indices))
        var result = CSVColumns(count: names.count)
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
        if let weights { result.columns[try take(weights, as: "weights")].role = .weight }
        var targetColumns: [Int] = []
        for name in targets { targetColumns.append(try take(name, as: "target")) }

        if let schema {
            for column in schema {
                if let source = column.dates {
                    // One date can become several inputs.
                    let known = places[source.column].flatMap { roles[$0] == "dates" ? $0 : nil }
                    let index = if let known { known } else { try take(source.column, as: "dates") }
                    try result.add(column, source, at: index)
                } else {
                    result.add(column, at: try take(column.name, as: "inputs"), content: .numbers)
                }
            }
        } else {
            var contents = [CSVColumn.Content](repeating: content, count: names.count)
            for name in categorical { contents[try take(name, as: "categorical inputs")] = .texts }
            for name in numeric { contents[try take(name, as: "numeric inputs")] = .numbers }
            var dateColumns: [Int: DateColumn] = [:]
            for column in dates { dateColumns[try take(column.name, as: "dates")] = column }
            let taken = ["columns to ignore", "weights", "target"]
            for index in names.indices where roles[index].map(taken.contains) != true {
                guard let dates = dateColumns[index] else {
                    result.add(Column(names[index]), at: index, content: contents[index])
                    continue
                }
                for column in dates.columns {
                    if let source = column.dates { try result.add(column, source, at: index) }
                }
            }
        }
        try result.checkInputs()
        guard !result.inputs.isEmpty else { throw .invalidFile("\(file): no column is left for the inputs") }
        for (place, index) in targetColumns.enumerated() {
            result.columns[index].role = .target
            result.columns[index].place = place
            if let labels {
                result.categories[index] = CSVCategories(known: labels)
                result.columns[index].isClosed = true
            }
            result.columns[index].content =
                switch targetKind {
                case .automatic: labels == nil ? .undecided : .texts
                case .classes: .texts
                case .values: .numbers
                }
        }
        return result
    }

    private static func list(_ names: [String]) -> String {
        let shown = 20
        let list = names.prefix(shown).map(\.debugDescription).joined(separator: ", ")
        return names.count > shown ? "\(list) and \(names.count - shown) more" : list
    }
}
