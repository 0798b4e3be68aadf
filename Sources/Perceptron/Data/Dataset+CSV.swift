#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension Dataset {
    /// The rows of a CSV file (see `CSV`): one column is what to predict, the others are the inputs.
    ///
    /// An input is numeric if each of its values that is not missing is a number, and categorical otherwise. Categories
    /// are the texts that occur, in order: by value if all are numbers, and as strings otherwise. So are classes. A
    /// column that is probably something else throws unless it is named: nearly all numbers (also with decimal commas
    /// or thousands separators), dates, nearly as many texts as rows, or numbers of the same number of digits with
    /// leading zeros.
    /// - Parameters:
    ///   - url: The file.
    ///   - target: The name of the column to predict; nil if there is none. Without a header, the columns are called
    ///     `1`, `2` and so on.
    ///   - targetKind: Whether the target holds classes or values.
    ///   - weights: The column that says how many rows each row counts as.
    ///   - ignoring: Columns that are left out.
    ///   - categorical: Inputs that are categorical even if their values look like numbers, as postal codes do.
    ///   - numeric: Inputs that must be numbers; anything else in them is an error.
    ///   - dates: Inputs that are dates, and the numbers that they become.
    ///   - header: Whether the first line names the columns.
    ///   - separator: What separates two fields.
    ///   - missing: The texts that mean a missing value. A target or a weight can't be missing.
    ///   - decimalSeparator: The decimal separator of numbers.
    ///   - thousandsSeparator: What may separate groups of three digits, as in `1,234.5`.
    /// - Throws: `PerceptronError.invalidFile` with the line and the column of a fault, or with the columns there are if
    ///   one that is named is not among them; `PerceptronError.invalidArgument` if a column is named twice;
    ///   `PerceptronError.fileAccess` if the file can't be read.
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

    /// The rows of a CSV file with several numeric columns to predict; the other parameters are those of
    /// `init(csv:target:)`.
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

    /// The rows of a CSV file with the inputs of another data set: the file's columns are found by their names, in any
    /// order, and other columns are ignored.
    ///
    /// A category keeps the code that it has in `columns`; new categories get the following codes.
    /// - Parameters:
    ///   - url: The file.
    ///   - columns: The inputs, as the data set has them that a model was trained with; dates are read as they were.
    ///   - target: The name of the column to predict; nil if there is none.
    ///   - targetKind: Whether the target holds classes or values.
    ///   - labels: The classes there are, in the order of their indices; another text in the target is an error. Nil for
    ///     those that occur.
    ///   - weights: The column that says how many rows each row counts as.
    ///   - header: Whether the first line names the columns.
    ///   - separator: What separates two fields.
    ///   - missing: The texts that mean a missing value.
    ///   - decimalSeparator: The decimal separator of numbers.
    ///   - thousandsSeparator: What may separate groups of three digits.
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

    /// The rows of a CSV file with the inputs of another data set, and several columns to predict.
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
    /// Categories and classes are written as texts, dates as the numbers that they have become, missing values as empty
    /// fields. Every number is the shortest decimal that reads back to the same bits. The file is written atomically.
    /// - Parameters:
    ///   - url: The file.
    ///   - weights: The name of the column of weights, if there are any.
    ///   - separator: What separates two fields.
    /// - Throws: `PerceptronError.invalidValue` if a value is the code of no category; `PerceptronError.invalidArgument`
    ///   if two columns have one name; `PerceptronError.fileAccess` if the file can't be written.
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
