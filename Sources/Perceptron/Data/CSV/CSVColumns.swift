/// The columns of a CSV file and how they are used.
struct CSVColumns {
    var columns: [CSVColumn]
    /// The texts of each column that have codes before the file is read.
    var categories: [CSVCategories]
    private(set) var dates: [CSVDates] = []
    /// The columns of the inputs.
    private(set) var inputs: [Column] = []

    init(count: Int) {
        columns = Array(repeating: CSVColumn(), count: count)
        categories = Array(repeating: CSVCategories(), count: count)
    }

    /// Adds a column of the file as an input.
    /// - Parameter content: What it holds, unless it is categorical.
    mutating func add(_ column: Column, at index: Int, content: CSVColumn.Content) {
        columns[index].role = .input
        columns[index].place = inputs.count
        if case .categorical(let known) = column.kind {
            columns[index].content = .texts
            categories[index] = CSVCategories(known: known)
        } else {
            columns[index].content = content
        }
        inputs.append(column)
    }

    /// Adds an input computed from a column of dates.
    mutating func add(_ column: Column, _ source: DateSource, at index: Int) throws(PerceptronError) {
        if columns[index].role != .dates {
            columns[index].role = .dates
            columns[index].place = dates.count
            dates.append(try CSVDates(source.format))
        }
        let place = columns[index].place
        guard dates[place].format.pattern == source.format else {
            throw .invalidArgument("the dates of column \(source.column.debugDescription) can't have two formats")
        }
        dates[place].add(source.value, place: inputs.count)
        inputs.append(column)
    }

    /// Throws if two inputs have the same name: one computed from dates can have the name of another column.
    func checkInputs() throws(PerceptronError) {
        var names: Set<String> = []
        for column in inputs where !names.insert(column.name).inserted {
            throw .invalidArgument("two inputs can't both be named \(column.name.debugDescription)")
        }
    }
}
