/// Replaces each categorical column by a column for each of its categories: 1 where the row has it, 0 elsewhere.
///
/// The categories are those that occur in the fitted rows, and are matched by their names (scikit-learn's
/// `OneHotEncoder`).
public struct OneHotEncoder: Equatable, Sendable, Codable {
    package let codes: CategoryCodes

    /// Fits the encoder to the rows of a matrix.
    ///
    /// - Parameters:
    ///   - matrix: rows × columns; each value the index of one of its column's categories, NaN where it is missing.
    ///   - columns: what the columns are; all categorical.
    ///   - unseen: how to treat a category that does not occur in these rows.
    ///   - missing: how to treat a missing value.
    /// - Throws: `PerceptronError` if there are no rows, the columns don't fit the matrix or are not categorical, or a
    ///   value is not the index of a category, or is missing and must not be.
    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    public init<Scalar>(
        fittedTo matrix: Matrix<Scalar>, columns: [Column], unseen: UnknownCategory = .error,
        missing: UnknownCategory = .ignore
    ) throws(PerceptronError) {
        codes = try CategoryCodes(fittedTo: matrix, columns: columns, unseen: unseen, missing: missing)
    }

    /// The fitted columns, each with the categories that occurred.
    public var columns: [Column] { codes.columns }

    /// The names of the resulting columns, such as "colour=red".
    public var featureNames: [String] {
        columns.indices.flatMap { column in codes.names(column).map { "\(columns[column].name)=\($0)" } }
    }

    /// Rows × `featureNames.count`, of ones and zeros.
    /// - Parameters:
    ///   - matrix: rows × columns.
    ///   - given: what the matrix's columns are; their names are those fitted to, in that order, their categories may be
    ///     others.
    /// - Throws: `PerceptronError` if the columns don't fit, or a value is not the index of a category, or is unseen or
    ///   missing and must not be.
    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    public func transform<Scalar>(
        _ matrix: Matrix<Scalar>, columns given: [Column]
    ) throws(PerceptronError) -> Matrix<Scalar> {
        try codes.check(matrix, given)
        var result = Matrix<Scalar>(rows: matrix.rows, columns: featureNames.count)
        var first = 0
        for index in columns.indices {
            for (row, code) in try codes.codes(matrix, index, given: given[index]).enumerated() {
                if let code { result[row, first + code] = 1 }
            }
            first += codes.names(index).count
        }
        return result
    }
}
