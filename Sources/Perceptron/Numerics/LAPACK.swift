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

    private static func check(_ info: Int32, _ function: String) throws(PerceptronError) {
        if info != 0 { throw .invalidValue("\(function) found argument \(-info) invalid: a NaN, or too little memory") }
    }
}
