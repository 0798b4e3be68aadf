import CLAPACKE

/// Factorisations.
public enum LAPACK {
    /// A = Q·R, for A of at least as many rows as columns: Q of A's shape with orthonormal columns, the diagonal of R.
    ///
    /// `LAPACKE_dgeqrf` and `LAPACKE_dorgqr`, row-major.
    /// - Throws: `PerceptronError.shapeMismatch` where A is wider than high, `.invalidArgument` where a size is
    ///   beyond 32 bits, `.invalidValue` where A has a NaN.
    public static func qr(_ a: Matrix<Double>) throws(PerceptronError) -> (q: Matrix<Double>, diagonal: [Double]) {
        guard a.rows >= a.columns else {
            throw .shapeMismatch("QR of a matrix with \(a.rows) rows and \(a.columns) columns: more columns than rows")
        }
        guard a.rows <= Int(Int32.max), a.columns <= Int(Int32.max) else {
            throw .invalidArgument("QR of \(a.rows)x\(a.columns): LAPACK counts to \(Int32.max)")
        }
        guard a.columns > 0 else { return (a, []) }
        let rows = Int32(a.rows)
        let columns = Int32(a.columns)
        var q = a
        var reflectors = [Double](repeating: 0, count: a.columns)
        try check(LAPACKE_dgeqrf(LAPACK_ROW_MAJOR, rows, columns, &q.elements, columns, &reflectors), "dgeqrf")
        let diagonal = (0..<a.columns).map { q[$0, $0] }
        try check(LAPACKE_dorgqr(LAPACK_ROW_MAJOR, rows, columns, columns, &q.elements, columns, reflectors), "dorgqr")
        return (q, diagonal)
    }

    /// The eigenvectors of a symmetric A as columns, that of the largest eigenvalue first. The signs are whatever comes out.
    ///
    /// `LAPACKE_dsyevd`.
    /// - Throws: `PerceptronError.shapeMismatch` where A is not square, `.invalidArgument` where a size is beyond 32 bits,
    ///   `.invalidValue` where A has a NaN or the iteration does not converge.
    static func eigenvectors(_ a: Matrix<Double>) throws(PerceptronError) -> Matrix<Double> {
        guard a.rows == a.columns else {
            throw .shapeMismatch("eigenvectors of a matrix with \(a.rows) rows and \(a.columns) columns")
        }
        guard a.rows <= Int(Int32.max) else {
            throw .invalidArgument("eigenvectors of \(a.rows)x\(a.columns): LAPACK counts to \(Int32.max)")
        }
        guard a.rows > 0 else { return a }
        let count = Int32(a.rows)
        var vectors = a
        var values = [Double](repeating: 0, count: a.rows)
        try check(
            LAPACKE_dsyevd(
                LAPACK_ROW_MAJOR, CChar(UInt8(ascii: "V")), CChar(UInt8(ascii: "U")), count, &vectors.elements, count,
                &values), "dsyevd")
        // They come with the smallest first.
        let ascending = vectors
        for row in 0..<a.rows {
            for column in 0..<a.columns { vectors[row, column] = ascending[row, a.columns - 1 - column] }
        }
        return vectors
    }

    /// The singular values of A, largest first, and its right singular vectors as rows: A = U·diag(s)·V, as many as the
    /// smaller of A's rows and columns. The signs are whatever comes out.
    ///
    /// `LAPACKE_dgesdd`.
    /// - Throws: `PerceptronError.invalidArgument` where a size is beyond 32 bits, `.invalidValue` where A has a NaN or
    ///   the iteration does not converge.
    public static func svd(
        _ a: Matrix<Double>
    ) throws(PerceptronError) -> (values: [Double], rightVectors: Matrix<Double>) {
        guard a.rows <= Int(Int32.max), a.columns <= Int(Int32.max) else {
            throw .invalidArgument("SVD of \(a.rows)x\(a.columns): LAPACK counts to \(Int32.max)")
        }
        let count = min(a.rows, a.columns)
        guard count > 0 else { return ([], Matrix(rows: 0, columns: a.columns)) }
        // Row after row, A is Aᵀ column after column, and V's rows are the left singular vectors of that.
        let rows = Int32(a.rows)
        let columns = Int32(a.columns)
        var work = a.elements
        var values = [Double](repeating: 0, count: count)
        var right = Matrix<Double>(rows: count, columns: a.columns)
        var left = [Double](repeating: 0, count: count * a.rows)
        let job = CChar(UInt8(ascii: "S"))
        try check(
            LAPACKE_dgesdd(
                LAPACK_COL_MAJOR, job, columns, rows, &work, columns, &values, &right.elements, columns, &left,
                Int32(count)), "dgesdd")
        return (values, right)
    }

    private static func check(_ info: Int32, _ function: String) throws(PerceptronError) {
        if info > 0 { throw .invalidValue("\(function) did not converge") }
        if info < 0 { throw .invalidValue("\(function) found argument \(-info) invalid: a NaN, or too little memory") }
    }
}
