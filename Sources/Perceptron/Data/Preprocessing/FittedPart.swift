extension FittedPreprocessing.Part {
    /// - Parameters:
    ///   - indices: where the columns are in the data set.
    ///   - matrix: their values.
    /// - Returns: nil for columns that are dropped.
    init?<Scalar>(
        _ treatment: Preprocessing.Treatment, indices: [Int], columns: [Column], _ matrix: Matrix<Scalar>
    ) throws(PerceptronError) {
        switch treatment {
        case .dropped: return nil
        case .categorical(.oneHot(let unseen, let missing)):
            self = .oneHot(
                columns: indices,
                encoder: try OneHotEncoder(fittedTo: matrix, columns: columns, unseen: unseen, missing: missing))
        case .categorical(.codes(let unseen, let missing)):
            self = .codes(
                columns: indices,
                encoder: try OrdinalEncoder(fittedTo: matrix, columns: columns, unseen: unseen, missing: missing))
        case .numeric(let numeric, let missing):
            try checkNumeric(columns)
            try checkFitting(matrix, columns, numeric, missing)
            let imputer = try Imputer(missing, fittedTo: matrix)
            self = .numeric(
                columns: indices, imputer: imputer,
                scaler: try FittedScaler(numeric, fittedTo: try imputer?.filled(matrix) ?? matrix))
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
        _ numeric: Preprocessing.Numeric, fittedTo matrix: Matrix<Scalar>
    ) throws(PerceptronError) {
        switch numeric {
        case .unchanged: return nil
        case .standard: self = .standard(try StandardScaler(fittedTo: matrix))
        case .minMax(let lower, let upper):
            self = .minMax(try MinMaxScaler(fittedTo: matrix, lower: lower, upper: upper))
        case .robust(let smoothClip): self = .robust(try RobustScaler(fittedTo: matrix, smoothClip: smoothClip))
        case .quantile(let count, let output):
            self = .quantile(try QuantileScaler(fittedTo: matrix, count: count, output: output))
        }
    }
}

extension Imputer {
    /// - Returns: nil if nothing is filled in.
    fileprivate init?<Scalar>(
        _ missing: Preprocessing.Missing, fittedTo matrix: Matrix<Scalar>
    ) throws(PerceptronError) {
        switch missing {
        case .error: return nil
        case .mean(let indicators): try self.init(fittedTo: matrix, strategy: .mean, indicators: indicators)
        case .median(let indicators): try self.init(fittedTo: matrix, strategy: .median, indicators: indicators)
        case .mostFrequent(let indicators):
            try self.init(fittedTo: matrix, strategy: .mostFrequent, indicators: indicators)
        case .constant(let value, let indicators):
            try self.init(fittedTo: matrix, strategy: .constant(value), indicators: indicators)
        }
    }
}

private func checkNumeric(_ columns: [Column]) throws(PerceptronError) {
    if let column = columns.first(where: { $0.kind != .numeric }) {
        throw .invalidArgument("column \"\(column.name)\" has categories; numbers are expected there")
    }
}

private func checkNoneMissing<Scalar>(_ matrix: Matrix<Scalar>, _ columns: [Column]) throws(PerceptronError) {
    guard let index = Kernels.firstNonFinite(matrix.elements.span) else { return }
    throw .invalidValue(
        "row \(index / matrix.columns) (counted from 0) has no value in column \"\(columns[index % matrix.columns].name)\""
    )
}

/// Throws, naming the column, unless there are values to fit to, and none so large that its square is infinite.
private func checkFitting<Scalar>(
    _ matrix: Matrix<Scalar>, _ columns: [Column], _ numeric: Preprocessing.Numeric, _ missing: Preprocessing.Missing
) throws(PerceptronError) {
    if missing == .error { try checkNoneMissing(matrix, columns) }
    for (index, column) in columns.enumerated() {
        let values = matrix.column(index).filter { !$0.isNaN }
        if values.isEmpty, !missing.isConstant {
            throw .invalidValue(
                "column \"\(column.name)\" has no value in the \(matrix.rows) rows fitted to; "
                    + "drop it, or fill in a constant")
        }
        if numeric != .unchanged, let value = values.first(where: { abs($0) > 1e150 }) {
            throw .invalidValue("column \"\(column.name)\" has \(value); numbers up to 1e150 can be scaled")
        }
    }
}

extension Preprocessing.Missing {
    fileprivate var isConstant: Bool {
        if case .constant = self { true } else { false }
    }
}
