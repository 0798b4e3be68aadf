extension BLAS {
    /// A product of contiguous matrices, each given with its number of columns.
    static func multiply<Scalar: BLASScalar>(
        _ a: Span<Scalar>, _ aColumns: Int, transposeA: Transpose = .no, _ b: Span<Scalar>, _ bColumns: Int,
        transposeB: Transpose = .no, into result: inout MutableSpan<Scalar>, _ columns: Int
    ) {
        let rows = result.count / columns
        var view = MutableMatrixView(
            rows: rows, columns: columns, elements: result._mutatingExtracting(0..<rows * columns))
        multiply(
            MatrixView(rows: a.count / aColumns, columns: aColumns, elements: a),
            MatrixView(rows: b.count / bColumns, columns: bColumns, elements: b), transposeA: transposeA,
            transposeB: transposeB, into: &view)
    }
}
