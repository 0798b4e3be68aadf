/// Replaces each value of a categorical column by the code of its category, counted from 0.
///
/// The categories are those that occur in the fitted rows, in the order of the column's own, and are matched by their
/// names (scikit-learn's `OrdinalEncoder`). An ignored value gets the code after the last.
public struct OrdinalEncoder: Equatable, Sendable, Codable {
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

    /// Rows × columns, of codes.
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
        var result = matrix
        for index in columns.indices {
            let none = codes.names(index).count
            for (row, code) in try codes.codes(matrix, index, given: given[index]).enumerated() {
                result[row, index] = Scalar(code ?? none)
            }
        }
        return result
    }
}
