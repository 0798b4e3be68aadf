extension FittedPreprocessing.Part {
    /// - Parameters:
    ///   - indices: where the columns are in the data set.
    ///   - rows: their values.
    /// - Returns: nil for columns that are dropped.
    init?<Scalar>(
        _ treatment: Preprocessing.Treatment, indices: [Int], columns: [Column], _ rows: RowBlocks<Scalar>
    ) throws(PerceptronError) {
        switch treatment {
        case .dropped: return nil
        case .categorical(.oneHot(let unseen, let missing)):
            self = .oneHot(
                columns: indices,
                encoder: try OneHotEncoder(
                    fittedTo: rows.inMemory().matrix, columns: columns, unseen: unseen, missing: missing))
        case .categorical(.codes(let unseen, let missing)):
            self = .codes(
                columns: indices,
                encoder: try OrdinalEncoder(
                    fittedTo: rows.inMemory().matrix, columns: columns, unseen: unseen, missing: missing))
        case .numeric(let numeric, let missing):
            try checkNumeric(columns)
            let checked = try checked(rows, columns, numeric, missing)
            let imputer = try Imputer(missing, fittedTo: checked)
            let filled =
                try imputer.map { (imputer) throws(PerceptronError) in
                    try checked.mapped(columns: columns.count) { (rows) throws(PerceptronError) in
                        try imputer.filled(rows)
                    }
                } ?? checked
            self = .numeric(columns: indices, imputer: imputer, scaler: try FittedScaler(numeric, fittedTo: filled))
        }
    }

    /// Where its columns are in the data set.
    package var columns: [Int] {
        switch self {
        case .numeric(let columns, _, _), .oneHot(let columns, _), .codes(let columns, _): columns
        }
    }

    var isCategorical: Bool {
        if case .numeric = self { false } else { true }
    }

    /// How many columns each step was fitted to.
    var widths: [Int] {
        switch self {
        case .numeric(_, let imputer, let scaler): [imputer?.inputFeatures, scaler?.inputFeatures].compactMap { $0 }
        case .oneHot(_, let encoder): [encoder.columns.count]
        case .codes(_, let encoder): [encoder.columns.count]
        }
    }

    var outputFeatures: Int {
        switch self {
        case .numeric(let columns, let imputer, _): imputer?.outputFeatures ?? columns.count
        case .oneHot(_, let encoder): encoder.featureNames.count
        case .codes(let columns, _): columns.count
        }
    }

    /// What its columns are called in the end, of a data set with the given names.
    func featureNames(_ names: [String]) -> [String] {
        switch self {
        case .numeric(let columns, let imputer, _):
            columns.map { names[$0] } + (imputer?.indicatorColumns ?? []).map { "\(names[columns[$0]]) (missing)" }
        case .oneHot(_, let encoder): encoder.featureNames
        case .codes(let columns, _): columns.map { names[$0] }
        }
    }

    /// What its columns of a matrix become.
    func transform<Scalar>(
        _ matrix: Matrix<Scalar>, columns: [Column]
    ) throws(PerceptronError) -> Matrix<Scalar> {
        switch self {
        case .oneHot(_, let encoder): return try encoder.transform(matrix, columns: columns)
        case .codes(_, let encoder): return try encoder.transform(matrix, columns: columns)
        case .numeric(_, let imputer, let scaler):
            try checkNumeric(columns)
            guard let imputer else {
                try checkNoneMissing(matrix, columns)
                return try scaler?.transform(matrix) ?? matrix
            }
            let filled = try imputer.filled(matrix)
            let scaled = try scaler?.transform(filled) ?? filled
            return imputer.indicatorColumns.isEmpty
                ? scaled : Matrix(sideBySide: [scaled, try imputer.indicators(matrix)], rows: matrix.rows)
        }
    }
}

extension FittedScaler {
    /// - Returns: nil if columns stay as they are.
    fileprivate init?<Scalar>(
        _ numeric: Preprocessing.Numeric, fittedTo rows: RowBlocks<Scalar>
    ) throws(PerceptronError) {
        switch numeric {
        case .unchanged: return nil
        case .standard: self = .standard(try StandardScaler(fittedTo: rows))
        case .minMax(let lower, let upper):
            self = .minMax(try MinMaxScaler(fittedTo: rows, lower: lower, upper: upper))
        case .robust(let smoothClip):
            let (matrix, weights) = try rows.inMemory()
            self = .robust(try RobustScaler(fittedTo: matrix, weights: weights, smoothClip: smoothClip))
        case .quantile(let count, let output):
            let (matrix, weights) = try rows.inMemory()
            self = .quantile(try QuantileScaler(fittedTo: matrix, weights: weights, count: count, output: output))
        }
    }
}

extension Imputer {
    /// - Returns: nil if nothing is filled in.
    fileprivate init?<Scalar>(
        _ missing: Preprocessing.Missing, fittedTo rows: RowBlocks<Scalar>
    ) throws(PerceptronError) {
        switch missing {
        case .error: return nil
        case .mean(let indicators): try self.init(fittedTo: rows, strategy: .mean, indicators: indicators)
        case .median(let indicators): try self.init(fittedTo: rows, strategy: .median, indicators: indicators)
        case .mostFrequent(let indicators):
            try self.init(fittedTo: rows, strategy: .mostFrequent, indicators: indicators)
        case .constant(let value, let indicators):
            try self.init(fittedTo: rows, strategy: .constant(value), indicators: indicators)
        }
    }
}

private func checkNumeric(_ columns: [Column]) throws(PerceptronError) {
    if let column = columns.first(where: { $0.kind != .numeric }) {
        throw .invalidArgument("column \"\(column.name)\" has categories; numbers are expected")
    }
}

private func checkNoneMissing<Scalar>(_ matrix: Matrix<Scalar>, _ columns: [Column]) throws(PerceptronError) {
    guard let index = Kernels.firstNonFinite(matrix.elements.span) else { return }
    throw .invalidValue(
        "row \(index / matrix.columns) (counted from 0) has no value in column \"\(columns[index % matrix.columns].name)\""
    )
}

/// Throws, naming the column, unless there are values to fit to, and none so large that its square is infinite. Streamed
/// rows are looked at when they come.
private func checked<Scalar>(
    _ rows: RowBlocks<Scalar>, _ columns: [Column], _ numeric: Preprocessing.Numeric, _ missing: Preprocessing.Missing
) throws(PerceptronError) -> RowBlocks<Scalar> {
    if case .whole(let matrix, let weights) = rows, !missing.isConstant, missing != .error {
        for (index, column) in columns.enumerated()
        where (0..<matrix.rows).allSatisfy({ matrix[$0, index].isNaN || weights?[$0] == 0 }) {
            throw .invalidValue(
                "column \"\(column.name)\" has no value in the \(counted(matrix.rows, "row")) fitted to; "
                    + "drop the column, or fill in a constant")
        }
    }
    return try rows.mapped(columns: columns.count) { (block) throws(PerceptronError) in
        if missing == .error { try checkNoneMissing(block, columns) }
        guard numeric != .unchanged else { return block }
        for (index, column) in columns.enumerated() {
            if let value = block.column(index).first(where: { abs($0) > 1e150 }) {
                throw .invalidValue("column \"\(column.name)\" has \(value); numbers up to 1e150 can be scaled")
            }
        }
        return block
    }
}

extension Preprocessing.Missing {
    fileprivate var isConstant: Bool {
        if case .constant = self { true } else { false }
    }
}
