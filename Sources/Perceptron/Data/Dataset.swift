/// Rows to learn from: inputs, their targets, and the names of the columns.
///
/// Parts of a data set (`rows(_:)`, splits, folds) share its memory.
/// ```swift
/// let (training, test) = try dataset.split(testFraction: 0.2, seed: 1)
/// ```
public struct Dataset<Scalar: BLASScalar>: Sendable {
    /// The data shared by a data set and its parts.
    final class Storage: Sendable {
        /// All rows × columns; NaN where a value is missing.
        let inputs: Matrix<Scalar>
        let targets: Targets<Scalar>?
        /// How many rows each row counts as.
        let weights: [Double]?
        let columns: [Column]
        /// The names of the target columns.
        let targetNames: [String]
        /// The names of the classes, if targets are classes.
        let labelNames: [String]
        /// The group of each row, if they are grouped.
        let groups: [Int]?
        /// Which rows these are, if this process has only a part of the rows.
        let part: RowPart?

        init(
            inputs: Matrix<Scalar>, targets: Targets<Scalar>?, weights: [Double]?, columns: [Column],
            targetNames: [String], labelNames: [String], groups: [Int]? = nil, part: RowPart? = nil
        ) {
            self.inputs = inputs
            self.targets = targets
            self.weights = weights
            self.columns = columns
            self.targetNames = targetNames
            self.labelNames = labelNames
            self.groups = groups
            self.part = part
        }
    }

    let storage: Storage
    /// The rows of the storage that belong to this set, in order; nil for all of them.
    package let indices: [Int]?

    init(storage: Storage, indices: [Int]? = nil) {
        self.storage = storage
        self.indices = indices
    }

    // MARK: From matrices

    /// Creates a data set with a matrix of targets.
    ///
    /// - Parameters:
    ///   - inputs: rows × columns; NaN where a value is missing.
    ///   - targets: rows × targets, all finite.
    ///   - weights: how many rows each row counts as, finite and not negative; 1 if nil.
    ///   - columns: the columns of the inputs; numeric columns "x0", "x1"… if nil.
    ///   - targetNames: the names of the target columns; "y", or "y0", "y1"… if nil.
    /// - Throws: `PerceptronError` if counts don't fit, two columns have the same name, or a value is out of its range.
    public init(
        inputs: Matrix<Scalar>, targets: Matrix<Scalar>, weights: [Double]? = nil, columns: [Column]? = nil,
        targetNames: [String]? = nil
    ) throws(PerceptronError) {
        try check(targets, "targets", columns: targets.columns, of: "there are")
        try self.init(inputs, .matrix(targets), weights, columns, targetNames, labelNames: [])
    }

    /// Creates a data set with a class for each row.
    ///
    /// - Parameters:
    ///   - inputs: rows × columns; NaN where a value is missing.
    ///   - targets: the class of each row, counted from 0.
    ///   - weights: how many rows each row counts as; 1 if nil.
    ///   - columns: the columns of the inputs; numeric columns "x0", "x1"… if nil.
    ///   - targetNames: the name of the single target; "y" if nil.
    ///   - labelNames: the names of the classes; "0", "1"… up to the largest in `targets` if nil.
    public init(
        inputs: Matrix<Scalar>, targets: [Int], weights: [Double]? = nil, columns: [Column]? = nil,
        targetNames: [String]? = nil, labelNames: [String]? = nil
    ) throws(PerceptronError) {
        if let row = targets.firstIndex(where: { $0 < 0 || $0 >= labelNames?.count ?? .max }) {
            let allowed = labelNames.map { thereAre($0.count, "class", "classes") } ?? "classes are counted from 0"
            throw .invalidValue("targets have label \(targets[row]) in row \(row) (counted from 0); \(allowed)")
        }
        // Otherwise a single large label would need as many names.
        if labelNames == nil, let largest = targets.max(), largest >= max(targets.count, 1 << 16) {
            throw .invalidValue(
                "targets have label \(largest) among \(counted(targets.count, "row")); give labelNames if it is one")
        }
        try self.init(
            inputs, .classes(targets), weights, columns, targetNames,
            labelNames: labelNames ?? (0..<(targets.max() ?? -1) + 1).map(String.init))
    }

    /// Creates a data set without targets, to predict.
    public init(
        inputs: Matrix<Scalar>, weights: [Double]? = nil, columns: [Column]? = nil
    ) throws(PerceptronError) {
        try self.init(inputs, nil, weights, columns, nil, labelNames: [])
    }

    private init(
        _ inputs: Matrix<Scalar>, _ targets: Targets<Scalar>?, _ weights: [Double]?, _ columns: [Column]?,
        _ targetNames: [String]?, labelNames: [String]
    ) throws(PerceptronError) {
        let columns = columns ?? (0..<inputs.columns).map { Column("x\($0)") }
        let targetColumns =
            switch targets {
            case .matrix(let matrix): matrix.columns
            case .classes: 1
            case nil: 0
            }
        let targetNames =
            targetNames ?? (targetColumns == 1 ? ["y"] : (0..<targetColumns).map { "y\($0)" })
        try checkCount(columns.count, "column", "columns", inputs.columns, "columns of inputs")
        try checkCount(targetNames.count, "target name", "target names", targetColumns, "columns of targets")
        try checkDistinct(columns.map(\.name), "columns")
        try checkDistinct(labelNames, "labelNames")
        if let targets {
            try checkCount(targets.rows, "row of targets", "rows of targets", inputs.rows, "rows of inputs")
        }
        if let weights { try check(weights: weights, rows: inputs.rows, name: "weights") }
        try checkInputs(inputs, columns)
        self.init(
            storage: Storage(
                inputs: inputs, targets: targets, weights: weights, columns: columns, targetNames: targetNames,
                labelNames: labelNames))
    }

    // MARK: Properties

    /// How many rows there are.
    public var rows: Int { indices?.count ?? storage.inputs.rows }

    /// The columns of the inputs.
    public var columns: [Column] { storage.columns }

    /// The names of the target columns.
    public var targetNames: [String] { storage.targetNames }

    /// The names of the classes; empty if targets are not classes.
    public var labelNames: [String] { storage.labelNames }

    /// The number of classes, whether or not all occur in these rows; 0 if targets are not classes.
    public var classCount: Int { storage.labelNames.count }

    /// The class of each row; nil if targets are not classes.
    public var classes: [Int]? {
        guard case .classes(let classes) = targets else { return nil }
        return classes
    }

    /// The inputs, rows × columns, NaN where a value is missing; a copy if this is a part of a data set.
    public var inputs: Matrix<Scalar> { indices.map { storage.inputs.rows($0) } ?? storage.inputs }

    /// The target of each row; a copy if this is a part of a data set.
    public var targets: Targets<Scalar>? { indices.map { storage.targets?.rows($0) } ?? storage.targets }

    /// How many rows each row counts as; a copy if this is a part of a data set.
    public var weights: [Double]? {
        guard let indices, let weights = storage.weights else { return storage.weights }
        return indices.map { weights[$0] }
    }

    // MARK: Parts, none of which copies rows

    /// The rows with the given indices, in that order. An index out of range traps, like an array's.
    public func rows(_ selected: some Sequence<Int>) -> Dataset {
        let all = storage.inputs.rows
        return Dataset(
            storage: storage,
            indices: selected.map { row in
                if let indices { return indices[row] }
                precondition(row >= 0 && row < all, "row \(row) of a data set with \(all)")
                return row
            })
    }
}

private func checkCount(
    _ count: Int, _ one: String, _ many: String, _ expected: Int, _ owner: String
) throws(PerceptronError) {
    guard count == expected else { throw .shapeMismatch("\(counted(count, one, many)) for \(expected) \(owner)") }
}

private func checkDistinct(_ names: [String], _ owner: String) throws(PerceptronError) {
    var seen: Set<String> = []
    for name in names where !seen.insert(name).inserted {
        throw .invalidArgument("two of \(owner) are named \"\(name)\"; names must differ")
    }
}

/// Throws unless numbers are finite or missing, and categories exist.
private func checkInputs<Scalar>(_ inputs: Matrix<Scalar>, _ columns: [Column]) throws(PerceptronError) {
    if let (row, column) = inputs.firstInfinity {
        throw .invalidValue(
            "inputs have \(inputs[row, column]) in row \(row) (counted from 0), column \"\(columns[column].name)\"; "
                + "values must be finite, or NaN where they are missing")
    }
    for (index, column) in columns.enumerated() {
        guard case .categorical(let categories) = column.kind else { continue }
        try checkDistinct(categories, "the categories of \"\(column.name)\"")
        for row in 0..<inputs.rows {
            let value = inputs[row, index]
            guard value.isNaN || (value >= 0 && value < Scalar(categories.count) && value == value.rounded()) else {
                throw .invalidValue(
                    "inputs have \(value) in row \(row) (counted from 0), column \"\(column.name)\"; "
                        + "it has \(counted(categories.count, "category", "categories")), and a value is the index of one"
                )
            }
        }
    }
}
