import CLAPACKE

/// Matrix factorisations, computed by LAPACK on one thread.
public enum LAPACK {
    /// The QR factorisation A = Q·R of a matrix with at least as many rows as columns (`LAPACKE_dgeqrf`,
    /// `LAPACKE_dorgqr`).
    /// - Returns: Q, of A's shape and with orthonormal columns, and the diagonal of R.
    /// - Throws: `PerceptronError.shapeMismatch` if A has more columns than rows, `.invalidArgument` if a size exceeds
    ///   32 bits, `.invalidValue` if A has a NaN.
    public static func qr(_ a: Matrix<Double>) throws(PerceptronError) -> (q: Matrix<Double>, diagonal: [Double]) {
        guard a.rows >= a.columns else {
            throw .shapeMismatch(
                "QR of a matrix with \(counted(a.rows, "row")) and \(counted(a.columns, "column")): more columns than rows"
            )
        }
        guard a.rows <= Int(Int32.max), a.columns <= Int(Int32.max) else {
            throw .invalidArgument("QR of \(a.rows)x\(a.columns): LAPACK sizes go up to \(Int32.max)")
        }
        guard a.columns > 0 else { return (a, []) }
        let rows = Int32(a.rows)
        let columns = Int32(a.columns)
        var q = a
        var reflectors = [Double](repeating: 0, count: a.columns)
        return try BLAS.withSingleThread { () throws(PerceptronError) in
            try check(LAPACKE_dgeqrf(LAPACK_ROW_MAJOR, rows, columns, &q.elements, columns, &reflectors), "dgeqrf")
            let diagonal = (0..<a.columns).map { q[$0, $0] }
            try check(
                LAPACKE_dorgqr(LAPACK_ROW_MAJOR, rows, columns, columns, &q.elements, columns, reflectors), "dorgqr")
            return (q, diagonal)
        }
    }

    /// The eigenvectors of a symmetric A as columns, in descending order of their eigenvalues; their signs are
    /// arbitrary (`LAPACKE_dsyevd`).
    /// - Throws: `PerceptronError.shapeMismatch` if A is not square, `.invalidArgument` if a size exceeds 32 bits,
    ///   `.invalidValue` if A has a NaN or the iteration does not converge.
    static func eigenvectors(_ a: Matrix<Double>) throws(PerceptronError) -> Matrix<Double> {
        guard a.rows == a.columns else {
            throw .shapeMismatch(
                "eigenvectors of a matrix with \(counted(a.rows, "row")) and \(counted(a.columns, "column"))")
        }
        guard a.rows <= Int(Int32.max) else {
            throw .invalidArgument("eigenvectors of \(a.rows)x\(a.columns): LAPACK sizes go up to \(Int32.max)")
        }
        guard a.rows > 0 else { return a }
        let count = Int32(a.rows)
        var vectors = a
        var values = [Double](repeating: 0, count: a.rows)
        try BLAS.withSingleThread { () throws(PerceptronError) in
            try check(
                LAPACKE_dsyevd(
                    LAPACK_ROW_MAJOR, CChar(UInt8(ascii: "V")), CChar(UInt8(ascii: "U")), count, &vectors.elements,
                    count, &values), "dsyevd")
        }
        // LAPACK returns them in ascending order.
        let ascending = vectors
        for row in 0..<a.rows {
            for column in 0..<a.columns { vectors[row, column] = ascending[row, a.columns - 1 - column] }
        }
        return vectors
    }

    /// The singular values s and right singular vectors V of A = U·diag(s)·V (`LAPACKE_dgesdd`).
    /// - Returns: min(rows, columns) singular values in descending order, and as many right singular vectors as rows of
    ///   a matrix; their signs are arbitrary.
    /// - Throws: `PerceptronError.invalidArgument` if a size exceeds 32 bits, `.invalidValue` if A has a NaN or the
    ///   iteration does not converge.
    public static func svd(
        _ a: Matrix<Double>
    ) throws(PerceptronError) -> (values: [Double], rightVectors: Matrix<Double>) {
        guard a.rows <= Int(Int32.max), a.columns <= Int(Int32.max) else {
            throw .invalidArgument("SVD of \(a.rows)x\(a.columns): LAPACK sizes go up to \(Int32.max)")
        }
        let count = min(a.rows, a.columns)
        guard count > 0 else { return ([], Matrix(rows: 0, columns: a.columns)) }
        // A in row-major order is Aᵀ in column-major order, and V's rows are the left singular vectors of Aᵀ.
        let rows = Int32(a.rows)
        let columns = Int32(a.columns)
        var work = a.elements
        var values = [Double](repeating: 0, count: count)
        var right = Matrix<Double>(rows: count, columns: a.columns)
        var left = [Double](repeating: 0, count: count * a.rows)
        let job = CChar(UInt8(ascii: "S"))
        try BLAS.withSingleThread { () throws(PerceptronError) in
            try check(
                LAPACKE_dgesdd(
                    LAPACK_COL_MAJOR, job, columns, rows, &work, columns, &values, &right.elements, columns, &left,
                    Int32(count)), "dgesdd")
        }
        return (values, right)
    }

    /// The scratch scalars of `orthonormalize`: the reflectors, and LAPACK's memory for blocks of 64 columns.
    static func orthonormalizationScratch(_ order: Int) -> Int { 65 * order }

    /// Replaces a finite square matrix in column-major order by the Q of its QR factorisation (`LAPACKE_dgeqrf_work`,
    /// `LAPACKE_dorgqr_work`).
    /// - Parameter start: where the scratch memory begins.
    static func orthonormalize<Scalar: BLASScalar>(
        _ memory: inout MutableSpan<Scalar>, _ matrix: Range<Int>, _ order: Int, scratch start: Int
    ) {
        let (n, size) = (Int32(order), Int32(64 * order))
        precondition(
            matrix.count == order * order && start >= matrix.upperBound
                && start + orthonormalizationScratch(order) <= memory.count, "a matrix, and memory behind it")
        let info = withPointer(memory.memory, memory.count) {
            let (a, reflectors, work) = ($0 + matrix.lowerBound, $0 + start, $0 + start + order)
            let info = LAPACKE_dgeqrf_work(LAPACK_COL_MAJOR, n, n, a, n, reflectors, work, size)
            return info == 0 ? LAPACKE_dorgqr_work(LAPACK_COL_MAJOR, n, n, n, a, n, reflectors, work, size) : info
        } orFloat: {
            let (a, reflectors, work) = ($0 + matrix.lowerBound, $0 + start, $0 + start + order)
            let info = LAPACKE_sgeqrf_work(LAPACK_COL_MAJOR, n, n, a, n, reflectors, work, size)
            return info == 0 ? LAPACKE_sorgqr_work(LAPACK_COL_MAJOR, n, n, n, a, n, reflectors, work, size) : info
        }
        precondition(info == 0, "geqrf, orgqr: argument \(-info)")
    }

    // MARK: Symmetric positive definite matrices
    //
    // A lower triangle in row-major order is an upper one in column-major order, so nothing is transposed.

    /// Replaces the lower triangle of A = L·Lᵀ, order × order, by its Cholesky factor L (`LAPACKE_dpotrf`).
    /// - Returns: false if A is not positive definite or not finite; its contents are then undefined.
    static func factor<Scalar>(_ a: Memory<Scalar>, order: Int) -> Bool {
        withPointer(a, order * order) {
            LAPACKE_dpotrf(LAPACK_COL_MAJOR, upper, Int32(order), $0, Int32(order))
        } orFloat: {
            LAPACKE_spotrf(LAPACK_COL_MAJOR, upper, Int32(order), $0, Int32(order))
        } == 0
    }

    /// Solves L·Lᵀ·x = b, and replaces b by x (`LAPACKE_dpotrs`).
    static func solve<Scalar>(_ factor: Memory<Scalar>, order: Int, _ b: Memory<Scalar>) {
        let n = Int32(order)
        let info = withPointers(factor, order * order, b, order) {
            LAPACKE_dpotrs(LAPACK_COL_MAJOR, upper, n, 1, $0, n, $1, n)
        } orFloat: {
            LAPACKE_spotrs(LAPACK_COL_MAJOR, upper, n, 1, $0, n, $1, n)
        }
        precondition(info == 0 || info == -7, "potrs: argument \(-info)")
    }

    /// Solves L·z = b for each row b of a matrix, and replaces it by z (`LAPACKE_dtrtrs`).
    static func solveRows<Scalar>(_ factor: Memory<Scalar>, order: Int, _ b: Memory<Scalar>, rows: Int) {
        let (n, transposed, notUnit) = (Int32(order), CChar(UInt8(ascii: "T")), CChar(UInt8(ascii: "N")))
        let info = withPointers(factor, order * order, b, rows * order) {
            LAPACKE_dtrtrs(LAPACK_COL_MAJOR, upper, transposed, notUnit, n, Int32(rows), $0, n, $1, n)
        } orFloat: {
            LAPACKE_strtrs(LAPACK_COL_MAJOR, upper, transposed, notUnit, n, Int32(rows), $0, n, $1, n)
        }
        precondition(info == 0, "trtrs: argument \(-info)")
    }

    /// Replaces L by the lower triangle of (L·Lᵀ)⁻¹ (`LAPACKE_dpotri`).
    static func invert<Scalar>(_ factor: Memory<Scalar>, order: Int) {
        let info = withPointer(factor, order * order) {
            LAPACKE_dpotri(LAPACK_COL_MAJOR, upper, Int32(order), $0, Int32(order))
        } orFloat: {
            LAPACKE_spotri(LAPACK_COL_MAJOR, upper, Int32(order), $0, Int32(order))
        }
        precondition(info == 0, "potri: argument \(-info)")
    }

    /// An estimate of 1/(‖A‖₁·‖A⁻¹‖₁) from the Cholesky factor and the 1-norm of A (`LAPACKE_dpocon`).
    static func reciprocalCondition<Scalar>(_ factor: Memory<Scalar>, order: Int, norm: Double) -> Double {
        var (double, float) = (0.0, Float(0))
        let info = withPointer(factor, order * order) {
            LAPACKE_dpocon(LAPACK_COL_MAJOR, upper, Int32(order), $0, Int32(order), norm, &double)
        } orFloat: {
            LAPACKE_spocon(LAPACK_COL_MAJOR, upper, Int32(order), $0, Int32(order), Float(norm), &float)
        }
        precondition(info == 0, "pocon: argument \(-info)")
        return Scalar.self == Double.self ? double : Double(float)
    }

    private static var upper: CChar { CChar(UInt8(ascii: "U")) }

    private static func withPointer<Scalar>(
        _ memory: Memory<Scalar>, _ count: Int, _ double: (UnsafeMutablePointer<Double>) -> Int32,
        orFloat float: (UnsafeMutablePointer<Float>) -> Int32
    ) -> Int32 {
        var span = memory.mutableSpan(0..<count)
        return span.withUnsafeMutableBufferPointer {
            let start = UnsafeMutableRawPointer($0.baseAddress!)
            return Scalar.self == Double.self
                ? double(start.assumingMemoryBound(to: Double.self))
                : float(start.assumingMemoryBound(to: Float.self))
        }
    }

    private static func withPointers<Scalar>(
        _ a: Memory<Scalar>, _ countA: Int, _ b: Memory<Scalar>, _ countB: Int,
        _ double: (UnsafeMutablePointer<Double>, UnsafeMutablePointer<Double>) -> Int32,
        orFloat float: (UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>) -> Int32
    ) -> Int32 {
        withPointer(a, countA) { a in
            withPointer(b, countB) {
                double(a, $0)
            } orFloat: { _ in
                0
            }
        } orFloat: { a in
            withPointer(b, countB) { _ in
                0
            } orFloat: {
                float(a, $0)
            }
        }
    }

    private static func check(_ info: Int32, _ function: String) throws(PerceptronError) {
        if info > 0 { throw .invalidValue("\(function) did not converge") }
        if info < 0 { throw .invalidValue("\(function) found argument \(-info) invalid: a NaN, or too little memory") }
    }
}
