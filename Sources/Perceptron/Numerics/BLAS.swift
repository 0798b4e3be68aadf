import CBLAS

/// Whether a matrix enters a product as it is or transposed.
public enum Transpose: Sendable {
    case no, yes
}

/// Matrix products, and what is known of the library behind them.
public enum BLAS {
    /// C = op(A)·op(B) + β·C, where op transposes or not; the product is `cblas_dgemm` or `cblas_sgemm`.
    ///
    /// With β = 0 nothing that was in C matters, not even a NaN.
    /// - Throws: `PerceptronError.shapeMismatch` where the shapes don't fit, `.invalidArgument` where a size is
    ///   beyond what BLAS counts with (32 bits). C is untouched then.
    public static func gemm<Scalar>(
        _ a: MatrixView<Scalar>, _ b: MatrixView<Scalar>, transposeA: Transpose = .no,
        transposeB: Transpose = .no, beta: Scalar = 0, into c: inout MutableMatrixView<Scalar>
    ) throws(PerceptronError) {
        let (rows, inner) = transposeA == .no ? (a.rows, a.columns) : (a.columns, a.rows)
        let (innerB, columns) = transposeB == .no ? (b.rows, b.columns) : (b.columns, b.rows)
        guard inner == innerB else {
            throw .shapeMismatch("gemm: op(A) is \(rows)x\(inner), op(B) is \(innerB)x\(columns)")
        }
        guard c.rows == rows, c.columns == columns else {
            throw .shapeMismatch("gemm: the product is \(rows)x\(columns), C is \(c.rows)x\(c.columns)")
        }
        for size in [rows, columns, inner, a.stride, b.stride, c.stride] where size > Int(Int32.max) {
            throw .invalidArgument("gemm: a size of \(size); BLAS counts to \(Int32.max)")
        }
        multiply(a, b, transposeA: transposeA, transposeB: transposeB, beta: beta, into: &c)
    }

    /// The same for shapes that are known to fit; traps where they don't.
    static func multiply<Scalar>(
        _ a: MatrixView<Scalar>, _ b: MatrixView<Scalar>, transposeA: Transpose = .no,
        transposeB: Transpose = .no, beta: Scalar = 0, into c: inout MutableMatrixView<Scalar>
    ) {
        let (rows, inner) = transposeA == .no ? (a.rows, a.columns) : (a.columns, a.rows)
        let (innerB, columns) = transposeB == .no ? (b.rows, b.columns) : (b.columns, b.rows)
        precondition(inner == innerB && c.rows == rows && c.columns == columns, "shapes of a product")
        if rows == 0 || columns == 0 { return }
        // A leading dimension is at least 1, and a matrix without elements may have no address.
        let strideA = Int32(max(a.stride, 1))
        let strideB = Int32(max(b.stride, 1))
        let strideC = Int32(c.stride)
        a.elements.withUnsafeBufferPointer { a in
            b.elements.withUnsafeBufferPointer { b in
                c.elements.withUnsafeMutableBufferPointer { c in
                    let c = c.baseAddress!
                    let a = a.baseAddress ?? UnsafePointer(c)
                    let b = b.baseAddress ?? UnsafePointer(c)
                    if Scalar.self == Double.self {
                        cblas_dgemm(
                            CblasRowMajor, transposeA.cblas, transposeB.cblas, Int32(rows), Int32(columns),
                            Int32(inner), 1, UnsafeRawPointer(a).assumingMemoryBound(to: Double.self), strideA,
                            UnsafeRawPointer(b).assumingMemoryBound(to: Double.self), strideB, Double(beta),
                            UnsafeMutableRawPointer(c).assumingMemoryBound(to: Double.self), strideC)
                    } else {
                        cblas_sgemm(
                            CblasRowMajor, transposeA.cblas, transposeB.cblas, Int32(rows), Int32(columns),
                            Int32(inner), 1, UnsafeRawPointer(a).assumingMemoryBound(to: Float.self), strideA,
                            UnsafeRawPointer(b).assumingMemoryBound(to: Float.self), strideB, Float(beta),
                            UnsafeMutableRawPointer(c).assumingMemoryBound(to: Float.self), strideC)
                    }
                }
            }
        }
    }

    /// y += A·x, of x and y as matrices of one row: `cblas_dgemv` or `cblas_sgemv`, which read A once and, other than
    /// gemm, copy none of it.
    static func addProduct<Scalar>(
        _ a: MatrixView<Scalar>, _ x: MatrixView<Scalar>, to y: inout MutableMatrixView<Scalar>
    ) {
        precondition(x.rows == 1 && y.rows == 1 && x.columns == a.columns && y.columns == a.rows, "shapes of a product")
        let (rows, columns, stride) = (Int32(a.rows), Int32(a.columns), Int32(max(a.stride, 1)))
        if rows == 0 || columns == 0 { return }
        a.elements.withUnsafeBufferPointer { a in
            x.elements.withUnsafeBufferPointer { x in
                y.elements.withUnsafeMutableBufferPointer { y in
                    let (a, x, y) = (
                        UnsafeRawPointer(a.baseAddress!), UnsafeRawPointer(x.baseAddress!),
                        UnsafeMutableRawPointer(y.baseAddress!)
                    )
                    if Scalar.self == Double.self {
                        cblas_dgemv(
                            CblasRowMajor, CblasNoTrans, rows, columns, 1, a.assumingMemoryBound(to: Double.self),
                            stride, x.assumingMemoryBound(to: Double.self), 1, 1,
                            y.assumingMemoryBound(to: Double.self), 1)
                    } else {
                        cblas_sgemv(
                            CblasRowMajor, CblasNoTrans, rows, columns, 1, a.assumingMemoryBound(to: Float.self),
                            stride, x.assumingMemoryBound(to: Float.self), 1, 1,
                            y.assumingMemoryBound(to: Float.self), 1)
                    }
                }
            }
        }
    }

    /// The library's own description: name, version, options.
    public static var configuration: String { String(cString: openblas_get_config()) }

    /// The kernels that were chosen for this processor, "Haswell" or "Cooperlake".
    public static var coreName: String { String(cString: openblas_get_corename()) }

    /// The processors that this process may run on.
    static let processors = max(1, Int(openblas_get_num_procs()))

    /// The number of threads that the host program lets the library use by itself.
    ///
    /// While this package computes it is 1: the package cuts the work itself.
    public static var threads: Int { Int(openblas_get_num_threads()) }

    private struct Users: Sendable {
        var count = 0
        var threadsBefore: Int32 = 1
    }

    private static let users = Locked(Users())

    /// Runs `body` with OpenBLAS at one thread; when the last such call ends, what was set before is put back.
    static func withSingleThread<Result, Failure: Error>(
        _ body: () throws(Failure) -> Result
    ) throws(Failure) -> Result {
        users.withLock { users in
            if users.count == 0 {
                users.threadsBefore = openblas_get_num_threads()
                openblas_set_num_threads(1)
            }
            users.count += 1
        }
        defer {
            users.withLock { users in
                users.count -= 1
                if users.count == 0 { openblas_set_num_threads(users.threadsBefore) }
            }
        }
        return try body()
    }
}

extension Transpose {
    fileprivate var cblas: CBLAS_TRANSPOSE { self == .no ? CblasNoTrans : CblasTrans }
}
