#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension Dataset {
    /// Reads a CSV file (see ``CSV``): one column is the target, the others are the inputs.
    ///
    /// An input is numeric if all its values that are not missing are numbers, otherwise categorical. Categories and
    /// classes are the texts that occur, sorted by value if all are numbers, otherwise as strings. A column that was
    /// probably meant otherwise throws unless you say what it is: one of nearly only numbers (also with decimal commas
    /// or thousands separators), of dates, with nearly as many texts as rows, or of numbers with equally many digits
    /// and leading zeros.
    /// - Parameters:
    ///   - url: The file.
    ///   - target: The name of the column to predict; nil if there is none. Without a header, the columns are named
    ///     `1`, `2` and so on.
    ///   - targetKind: Whether the target has classes or values.
    ///   - weights: The column of weights: how many rows each row counts as.
    ///   - ignoring: Columns to leave out.
    ///   - categorical: Inputs that are categorical although their values look like numbers, such as postal codes.
    ///   - numeric: Inputs that must be numbers; anything else in them is an error.
    ///   - dates: Inputs that are dates, and the numbers that they become.
    ///   - header: Whether the first line names the columns.
    ///   - separator: The field separator.
    ///   - missing: The texts that mean a missing value. A target or a weight can't be missing.
    ///   - decimalSeparator: The decimal separator of numbers.
    ///   - thousandsSeparator: The separator of groups of three digits, if any, as in `1,234.5`.
    /// - Throws: `PerceptronError.invalidFile` with the line and column of a fault, or with the existing columns if a
    ///   named one doesn't exist; `.invalidArgument` if a column is named twice; `.fileAccess` if the file can't be
    ///   read.
    public init(
        csv url: URL, target: String? = nil, targetKind: CSV.TargetKind = .automatic, weights: String? = nil,
        ignoring: [String] = [], categorical: [String] = [], numeric: [String] = [], dates: [DateColumn] = [],
        header: Bool = true, separator: Character = ",", missing: Set<String> = CSV.missing,
        decimalSeparator: Character = ".", thousandsSeparator: Character? = nil
    ) throws(PerceptronError) {
        let selection = CSVSelection(
            targets: target.map { [$0] } ?? [], targetKind: targetKind, weights: weights, ignored: ignoring,
            categorical: categorical, numeric: numeric, dates: dates)
        try self.init(
            CSVSource(url),
            CSVFormat(
                hasHeader: header, separator: separator, missing: missing, decimalSeparator: decimalSeparator,
                thousandsSeparator: thousandsSeparator), selection)
    }

    /// Reads a CSV file with several numeric targets; the other parameters are those of `init(csv:target:)`.
    public init(
        csv url: URL, targets: [String], weights: String? = nil, ignoring: [String] = [], categorical: [String] = [],
        numeric: [String] = [], dates: [DateColumn] = [], header: Bool = true, separator: Character = ",",
        missing: Set<String> = CSV.missing, decimalSeparator: Character = ".", thousandsSeparator: Character? = nil
    ) throws(PerceptronError) {
        let selection = CSVSelection(
            targets: targets, targetKind: .values, weights: weights, ignored: ignoring, categorical: categorical,
            numeric: numeric, dates: dates)
        try self.init(
            CSVSource(url),
            CSVFormat(
                hasHeader: header, separator: separator, missing: missing, decimalSeparator: decimalSeparator,
                thousandsSeparator: thousandsSeparator), selection)
    }

    /// Reads a CSV file with the inputs of another data set: columns are matched by name, in any order, and other
    /// columns are ignored.
    ///
    /// A category keeps the code that it has in `columns`; new categories get the following codes.
    /// - Parameters:
    ///   - url: The file.
    ///   - columns: The inputs: the `columns` of the data set, pipeline or model. Dates are read in the same way.
    ///   - target: The name of the column to predict; nil if there is none.
    ///   - targetKind: Whether the target holds classes or values.
    ///   - labels: The classes in the order of their indices; another text in the target is an error. If nil, the
    ///     classes are those that occur.
    ///   - weights: The column that says how many rows each row counts as.
    ///   - header: Whether the first line names the columns.
    ///   - separator: The field separator.
    ///   - missing: The texts that mean a missing value.
    ///   - decimalSeparator: The decimal separator of numbers.
    ///   - thousandsSeparator: The separator of groups of three digits, if any.
    /// - Throws: as `init(csv:target:)`.
    public init(
        csv url: URL, columns: [Column], target: String? = nil, targetKind: CSV.TargetKind = .automatic,
        labels: [String]? = nil, weights: String? = nil, header: Bool = true, separator: Character = ",",
        missing: Set<String> = CSV.missing, decimalSeparator: Character = ".", thousandsSeparator: Character? = nil
    ) throws(PerceptronError) {
        let selection = CSVSelection(
            schema: columns, targets: target.map { [$0] } ?? [], targetKind: targetKind, labels: labels,
            weights: weights)
        try self.init(
            CSVSource(url),
            CSVFormat(
                hasHeader: header, separator: separator, missing: missing, decimalSeparator: decimalSeparator,
                thousandsSeparator: thousandsSeparator), selection)
    }

    /// Reads a CSV file with the inputs of another data set and several numeric targets.
    public init(
        csv url: URL, columns: [Column], targets: [String], weights: String? = nil, header: Bool = true,
        separator: Character = ",", missing: Set<String> = CSV.missing, decimalSeparator: Character = ".",
        thousandsSeparator: Character? = nil
    ) throws(PerceptronError) {
        let selection = CSVSelection(schema: columns, targets: targets, targetKind: .values, weights: weights)
        try self.init(
            CSVSource(url),
            CSVFormat(
                hasHeader: header, separator: separator, missing: missing, decimalSeparator: decimalSeparator,
                thousandsSeparator: thousandsSeparator), selection)
    }

    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    init(_ source: CSVSource, _ format: CSVFormat, _ selection: CSVSelection) throws(PerceptronError) {
        let table = try CSVTable<Scalar>(source, format, selection)
        let columns = table.describedColumns
        var labels: [String]?
        for (index, column) in table.columns.enumerated() where column.role == .target {
            labels = column.content == .texts ? table.categories[index].texts : nil
        }
        let targets: Targets<Scalar>? =
            if selection.targets.isEmpty {
                nil
            } else if labels != nil {
                .classes(table.targets.map { Int(Double($0)) })
            } else {
                .matrix(Matrix(rows: table.rows, columns: table.targetCount, elements: table.targets))
            }
        self.init(
            storage: Storage(
                inputs: Matrix(rows: table.rows, columns: columns.count, elements: table.inputs),
                targets: targets, weights: selection.weights == nil ? nil : table.weights, columns: columns,
                targetNames: selection.targets, labelNames: labels ?? []))
    }

    /// Writes the data set as a CSV file with a header: the inputs, then the targets, then the weights.
    ///
    /// Categories and classes are written as text, dates as the numbers they were converted to, missing values as empty
    /// fields. Every number is the shortest decimal that reads back to the same bits. The file is written atomically.
    /// - Parameters:
    ///   - url: The file.
    ///   - weights: The name of the column of weights, if there are any.
    ///   - separator: The field separator.
    /// - Throws: `PerceptronError.invalidValue` if a value is not the code of a category; `.invalidArgument` if two
    ///   columns have the same name; `.fileAccess` if the file can't be written.
    public func write(
        csv url: URL, weights: String = "weight", separator: Character = ","
    ) throws(PerceptronError) {
        let format = try CSVFormat(hasHeader: true, separator: separator)
        let header =
            storage.columns.map(\.name) + (storage.targets == nil ? [] : storage.targetNames)
            + (storage.weights == nil ? [] : [weights])
        try AtomicFile.write(to: url) { (file) throws(PerceptronError) in
            var line = CSVLine(format, columns: header.count)
            try line.write(header: header, in: &file)
            try writeRows(with: &line, in: &file)
        }
    }

    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    private func writeRows(with line: inout CSVLine, in file: inout AtomicFile) throws(PerceptronError) {
        let storage = storage
        var categories: [[String]?] = []
        for column in storage.columns {
            switch column.kind {
            case .numeric: categories.append(nil)
            case .categorical(let texts):
                categories.append(try texts.map { (text) throws(PerceptronError) in try line.field(text) })
            }
        }
        let labels = try storage.labelNames.map { (text) throws(PerceptronError) in try line.field(text) }
        for row in indices ?? Array(0..<storage.inputs.rows) {
            for column in 0..<storage.inputs.columns {
                let value = storage.inputs[row, column]
                guard let texts = categories[column], !value.isNaN else {
                    line.add(value)
                    continue
                }
                guard let code = Int(exactly: Double(value)), texts.indices.contains(code) else {
                    throw .invalidValue(
                        "row \(row) (counted from 0), column \(storage.columns[column].name.debugDescription): "
                            + "\(value) is not the code of one of its \(counted(texts.count, "category", "categories"))"
                    )
                }
                line.addField(texts[code])
            }
            switch storage.targets {
            case .matrix(let matrix): for column in 0..<matrix.columns { line.add(matrix[row, column]) }
            case .classes(let classes): line.addField(labels.isEmpty ? "\(classes[row])" : labels[classes[row]])
            case nil: break
            }
            if let weights = storage.weights { line.add(weights[row]) }
            try line.end(in: &file)
        }
    }
}
