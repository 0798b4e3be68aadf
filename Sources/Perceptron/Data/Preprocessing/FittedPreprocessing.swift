/// A preprocessing with everything learned from the rows it was fitted to.
///
/// Columns are matched by name, or by order in a matrix; categories are matched by name, whatever their codes in a data
/// set are. JSON keeps every number exactly.
public struct FittedPreprocessing: Equatable, Sendable, Codable {
    /// Columns with the same treatment, whose results are adjacent.
    public enum Part: Equatable, Sendable, Codable {
        /// Numbers: missing ones are filled in, then all are scaled.
        case numeric(columns: [Int], imputer: Imputer?, scaler: FittedScaler?)
        /// Categories that become one column each.
        case oneHot(columns: [Int], encoder: OneHotEncoder)
        /// Categories that become codes.
        case codes(columns: [Int], encoder: OrdinalEncoder)
    }

    /// The names of the fitted columns.
    public let columnNames: [String]
    /// Where the numbers of those come from that were dates, by their names; nil if there are none.
    private let dates: [String: DateSource]?
    /// The parts, in the order of the resulting columns.
    public let parts: [Part]
    /// The whitening of all columns together; nil if there is none.
    public let whitening: PCAWhitening?
    /// The standardisation of a matrix of targets; nil if there is none.
    public let targetScaler: StandardScaler?

    init<Scalar>(_ preprocessing: Preprocessing, to dataset: Dataset<Scalar>) throws(PerceptronError) {
        guard dataset.rows > 0 else { throw .shapeMismatch("no rows to fit to; at least 1 is needed") }
        let weights = dataset.weights
        if let weights { try check(weights: weights, rows: dataset.rows, name: "weights") }
        var targets: RowBlocks<Scalar>?
        if case .matrix(let matrix) = dataset.targets { targets = .whole(matrix, weights: weights) }
        try self.init(
            preprocessing, columns: dataset.columns, inputs: .whole(dataset.inputs, weights: weights), targets: targets)
    }

    /// - Parameter targets: if they are a matrix.
    init<Scalar>(
        _ preprocessing: Preprocessing, columns: [Column], inputs: RowBlocks<Scalar>, targets: RowBlocks<Scalar>?
    ) throws(PerceptronError) {
        columnNames = columns.map(\.name)
        let dates = columns.compactMap { column in column.dates.map { (column.name, $0) } }
        self.dates = dates.isEmpty ? nil : Dictionary(uniqueKeysWithValues: dates)
        if let name = preprocessing.columns.keys.sorted().first(where: { !columns.map(\.name).contains($0) }) {
            throw .invalidArgument(
                "there is no column \"\(name)\" to preprocess; there are \(quoted(columns.map(\.name)))")
        }
        let treatments = columns.map { preprocessing.treatment(of: $0) }
        var parts: [Part] = []
        for (first, treatment) in treatments.enumerated() where treatments.firstIndex(of: treatment) == first {
            let selected = treatments.indices.filter { treatments[$0] == treatment }
            let rows = try inputs.mapped(columns: selected.count) { $0.columns(selected) }
            if let part = try Part(treatment, indices: selected, columns: selected.map { columns[$0] }, rows) {
                parts.append(part)
            }
        }
        self.parts = parts
        guard parts.contains(where: { $0.outputFeatures > 0 }) else {
            throw .invalidArgument("no column is left after preprocessing; a model needs at least 1")
        }
        if let components = preprocessing.whitening {
            let (matrix, weights) = try inputs.inMemory()
            let transformed = try Self.transform(matrix, columns, parts)
            whitening = try PCAWhitening(fittedTo: transformed, weights: weights, components: components)
        } else {
            whitening = nil
        }
        targetScaler =
            try preprocessing.standardizesTargets
            ? targets.map { (rows) throws(PerceptronError) in try StandardScaler(fittedTo: rows) } : nil
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        columnNames = try container.decode([String].self, forKey: .columnNames)
        dates = try container.decodeIfPresent([String: DateSource].self, forKey: .dates)
        parts = try container.decode([Part].self, forKey: .parts)
        whitening = try container.decodeIfPresent(PCAWhitening.self, forKey: .whitening)
        targetScaler = try container.decodeIfPresent(StandardScaler.self, forKey: .targetScaler)
        for source in (dates ?? [:]).values {
            try decoder.require((try? DateFormat(source.format)) != nil, "dates of a format that there is none of")
        }
        let known = columnNames.indices
        for part in parts {
            try decoder.require(part.columns.allSatisfy(known.contains), "a part with a column that is not there")
            try decoder.require(
                part.widths.allSatisfy { $0 == part.columns.count }, "a part that was fitted to other columns")
        }
        let width = parts.reduce(0) { $0 + $1.outputFeatures }
        try decoder.require(
            width > 0 && whitening?.inputFeatures ?? width == width, "parts that give \(counted(width, "feature"))")
    }

    /// The names of the resulting columns.
    public var featureNames: [String] {
        if let whitening { return (0..<whitening.outputFeatures).map { "component \($0)" } }
        return parts.flatMap { $0.featureNames(columnNames) }
    }

    /// The columns that it needs, in the fitted order, without dropped ones; categories are those that occurred.
    public var columns: [Column] {
        var columns = [Column?](repeating: nil, count: columnNames.count)
        for part in parts {
            switch part {
            case .numeric(let indices, _, _):
                for index in indices { columns[index] = Column(columnNames[index], dates: dates?[columnNames[index]]) }
            case .oneHot(let indices, let encoder):
                for (index, column) in zip(indices, encoder.columns) { columns[index] = column }
            case .codes(let indices, let encoder):
                for (index, column) in zip(indices, encoder.columns) { columns[index] = column }
            }
        }
        return columns.compactMap { $0 }
    }

    /// Preprocesses rows: rows × `featureNames.count`.
    ///
    /// Columns are matched by name; others are ignored.
    /// - Throws: `PerceptronError` if a needed column doesn't exist, or a value is missing or a category unseen where
    ///   that is an error.
    public func transform<Scalar>(_ dataset: Dataset<Scalar>) throws(PerceptronError) -> Matrix<Scalar> {
        let places = Dictionary(uniqueKeysWithValues: zip(dataset.columns.map(\.name), dataset.columns.indices))
        let needed = columns.map(\.name)
        let absent = needed.filter { places[$0] == nil }
        guard absent.isEmpty else {
            let others = dataset.columns.map(\.name).filter { !columnNames.contains($0) }
            throw .shapeMismatch(
                "the data set has no \(absent.count == 1 ? "column" : "columns") \(quoted(absent)), "
                    + "which the preprocessing was fitted to"
                    + (others.isEmpty ? "" : "; it was not fitted to \(quoted(others))"))
        }
        // In the order fitted to; what is dropped stands for itself, whatever it is.
        let order = columnNames.map { places[$0] ?? 0 }
        let inputs = order == Array(dataset.columns.indices) ? dataset.inputs : dataset.inputs.columns(order)
        let transformed = try Self.transform(
            inputs, order.map { dataset.columns[$0] }, parts)
        return try whitening?.transform(transformed) ?? transformed
    }

    /// The same for a matrix with the fitted columns, in their order; all must be numeric.
    /// - Throws: `PerceptronError` if the number of columns differs, a column was categorical, or a value is infinite,
    ///   or missing where that is an error.
    public func transform<Scalar>(_ matrix: Matrix<Scalar>) throws(PerceptronError) -> Matrix<Scalar> {
        guard matrix.columns == columnNames.count else {
            throw .shapeMismatch(
                "the matrix has \(counted(matrix.columns, "column")); the preprocessing was fitted to \(columnNames.count)"
            )
        }
        for part in parts where part.isCategorical {
            throw .invalidArgument(
                "a matrix contains only numbers; column \"\(columnNames[part.columns[0]])\" has categories: "
                    + "use a data set")
        }
        return try transform(Dataset(inputs: matrix, columns: columnNames.map { Column($0) }))
    }

    /// For each column fitted to whether its values may be missing.
    var acceptsMissing: [Bool] {
        var accepts = [Bool](repeating: true, count: columnNames.count)
        for case .numeric(let columns, nil, _) in parts { for column in columns { accepts[column] = false } }
        return accepts
    }

    /// Targets as the model learns them.
    func scaledTargets<Scalar>(_ targets: Targets<Scalar>) throws(PerceptronError) -> Targets<Scalar> {
        guard let targetScaler, case .matrix(let matrix) = targets else { return targets }
        return .matrix(try targetScaler.transform(matrix))
    }

    /// What a model gives, in the targets' own units.
    func unscaledOutputs<Scalar>(_ outputs: Matrix<Scalar>) throws(PerceptronError) -> Matrix<Scalar> {
        try targetScaler?.inverse(outputs) ?? outputs
    }

    private static func transform<Scalar>(
        _ inputs: Matrix<Scalar>, _ columns: [Column], _ parts: [Part]
    ) throws(PerceptronError) -> Matrix<Scalar> {
        var transformed: [Matrix<Scalar>] = []
        for part in parts {
            transformed.append(
                try part.transform(inputs.columns(part.columns), columns: part.columns.map { columns[$0] }))
        }
        return Matrix(sideBySide: transformed, rows: inputs.rows)
    }
}

/// Names for a message; the first ten of many.
func quoted(_ names: [String]) -> String {
    names.prefix(10).map { "\"\($0)\"" }.joined(separator: ", ") + (names.count > 10 ? ", …" : "")
}
