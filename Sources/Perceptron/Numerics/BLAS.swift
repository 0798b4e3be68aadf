import CBLAS

/// Whether a matrix enters a product transposed.
public enum Transpose: Sendable {
    /// As it is.
    case no
    /// Transposed.
    case yes
}

/// Matrix products, and information on the library behind them.
public enum BLAS {
    /// C = op(A)·op(B) + β·C, where op(X) is X or Xᵀ (`cblas_dgemm`, `cblas_sgemm`).
    ///
    /// With β = 0 the old values of C don't matter, not even NaN.
    /// - Throws: `PerceptronError.shapeMismatch` if the shapes don't fit, `.invalidArgument` if a size exceeds BLAS's
    ///   32-bit integers. C is then unchanged.
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
            throw .invalidArgument("gemm: a size of \(size); BLAS sizes go up to \(Int32.max)")
        }
        multiply(a, b, transposeA: transposeA, transposeB: transposeB, beta: beta, into: &c)
    }

    /// The same for shapes that are known to fit; traps if they don't.
    ///
    /// - Parameter cut: how the product is cut into calls; the rules of `ProductCut` if nil.
    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    package static func multiply<Scalar>(
        _ a: MatrixView<Scalar>, _ b: MatrixView<Scalar>, transposeA: Transpose = .no,
        transposeB: Transpose = .no, beta: Scalar = 0, cut: ProductCut? = nil, into c: inout MutableMatrixView<Scalar>
    ) {
        let (rows, inner) = transposeA == .no ? (a.rows, a.columns) : (a.columns, a.rows)
        let (innerB, columns) = transposeB == .no ? (b.rows, b.columns) : (b.columns, b.rows)
        precondition(inner == innerB && c.rows == rows && c.columns == columns, "shapes of a product")
        if rows == 0 || columns == 0 { return }
        let cut =
            cut
            ?? ProductCut(
                ProductShape(
                    kind: ProductShape.Kind(transposeA, transposeB), rows: rows, inner: inner, columns: columns,
                    strideB: b.stride, scalarBytes: MemoryLayout<Scalar>.size),
                on: .current)
        if cut.isVector {
            multiplyRow(a, b, transposeB: transposeB, beta: beta, into: &c)
        } else if cut.isWhole {
            call(a, transposeA, b, transposeB, beta, &c)
        } else {
            multiply(a, b, transposeA: transposeA, transposeB: transposeB, beta: beta, inner: inner, cut, into: &c)
        }
    }

    /// C = A·B + β·C, where B was packed by `PackedFactor` for many products; traps if shapes don't fit.
    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    static func multiply<Scalar>(
        _ a: MatrixView<Scalar>, packed b: Span<Scalar>, beta: Scalar, into c: inout MutableMatrixView<Scalar>
    ) {
        precondition(c.rows == a.rows && b.count == a.columns * c.columns, "shapes of a product")
        let cut = ProductCut.panels(scalarBytes: MemoryLayout<Scalar>.size)
        for columns in cut.panels(ofColumns: c.columns) {
            let panel = PackedFactor.panel(columns, of: b, inner: a.columns)
            for terms in cut.blocks(ofInner: a.columns) {
                let (block, beta) = (panel.rows(terms), terms.lowerBound == 0 ? beta : 1)
                for rows in cut.blocks(ofRows: c.rows, inner: terms.count, columns: columns.count) {
                    var part = c.block(rows: rows, columns: columns)
                    call(a.rows(rows).columns(terms), .no, block, .no, beta, &part)
                }
            }
        }
    }

    /// Loops over panels of columns, within them over blocks of inner terms, within these over rows: the part of B that
    /// a call reads is read again by the next calls while it is in the cache.
    private static func multiply<Scalar>(
        _ a: MatrixView<Scalar>, _ b: MatrixView<Scalar>, transposeA: Transpose, transposeB: Transpose, beta: Scalar,
        inner: Int, _ cut: ProductCut, into c: inout MutableMatrixView<Scalar>
    ) {
        for columns in cut.panels(ofColumns: c.columns) {
            for terms in cut.blocks(ofInner: inner) {
                let beta = terms.lowerBound == 0 ? beta : 1
                let block = transposeB == .no ? b.rows(terms).columns(columns) : b.rows(columns).columns(terms)
                let factor = cut.packs ? PackedPanel.copy(block, transpose: transposeB) : block
                for rows in cut.blocks(ofRows: c.rows, inner: terms.count, columns: columns.count) {
                    var part = c.block(rows: rows, columns: columns)
                    call(
                        transposeA == .no ? a.rows(rows).columns(terms) : a.rows(terms).columns(rows), transposeA,
                        factor,
                        cut.packs ? .no : transposeB, beta, &part)
                }
            }
        }
    }

    /// One call of `cblas_dgemm` or `cblas_sgemm`.
    private static func call<Scalar>(
        _ a: MatrixView<Scalar>, _ transposeA: Transpose, _ b: MatrixView<Scalar>, _ transposeB: Transpose,
        _ beta: Scalar, _ c: inout MutableMatrixView<Scalar>
    ) {
        let inner = Int32(transposeA == .no ? a.columns : a.rows)
        let (rows, columns) = (Int32(c.rows), Int32(c.columns))
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
                            CblasRowMajor, transposeA.cblas, transposeB.cblas, rows, columns, inner, 1,
                            UnsafeRawPointer(a).assumingMemoryBound(to: Double.self), strideA,
                            UnsafeRawPointer(b).assumingMemoryBound(to: Double.self), strideB, Double(beta),
                            UnsafeMutableRawPointer(c).assumingMemoryBound(to: Double.self), strideC)
                    } else {
                        cblas_sgemm(
                            CblasRowMajor, transposeA.cblas, transposeB.cblas, rows, columns, inner, 1,
                            UnsafeRawPointer(a).assumingMemoryBound(to: Float.self), strideA,
                            UnsafeRawPointer(b).assumingMemoryBound(to: Float.self), strideB, Float(beta),
                            UnsafeMutableRawPointer(c).assumingMemoryBound(to: Float.self), strideC)
                    }
                }
            }
        }
    }

    /// y = x·op(B) + β·y for matrices x and y of one row (`cblas_dgemv`, `cblas_sgemv`), which read B once and, unlike
    /// gemm, don't copy it.
    private static func multiplyRow<Scalar>(
        _ x: MatrixView<Scalar>, _ b: MatrixView<Scalar>, transposeB: Transpose, beta: Scalar,
        into y: inout MutableMatrixView<Scalar>
    ) {
        let transpose = transposeB == .no ? CblasTrans : CblasNoTrans
        let (rows, columns, stride) = (Int32(b.rows), Int32(b.columns), Int32(b.stride))
        b.elements.withUnsafeBufferPointer { b in
            x.elements.withUnsafeBufferPointer { x in
                y.elements.withUnsafeMutableBufferPointer { y in
                    let (b, x, y) = (
                        UnsafeRawPointer(b.baseAddress!), UnsafeRawPointer(x.baseAddress!),
                        UnsafeMutableRawPointer(y.baseAddress!)
                    )
                    if Scalar.self == Double.self {
                        cblas_dgemv(
                            CblasRowMajor, transpose, rows, columns, 1, b.assumingMemoryBound(to: Double.self), stride,
                            x.assumingMemoryBound(to: Double.self), 1, Double(beta),
                            y.assumingMemoryBound(to: Double.self), 1)
                    } else {
                        cblas_sgemv(
                            CblasRowMajor, transpose, rows, columns, 1, b.assumingMemoryBound(to: Float.self), stride,
                            x.assumingMemoryBound(to: Float.self), 1, Float(beta),
                            y.assumingMemoryBound(to: Float.self), 1)
                    }
                }
            }
        }
    }

    /// The lower triangle of C = AᵀA + β·C for a square C (`cblas_dsyrk`, `cblas_ssyrk`).
    ///
    /// Elements above the diagonal of C are unchanged.
    static func multiplyByItself<Scalar>(
        _ a: MatrixView<Scalar>, beta: Scalar, into c: inout MutableMatrixView<Scalar>
    ) {
        precondition(c.rows == a.columns && c.columns == a.columns, "shapes of a product")
        if c.rows == 0 { return }
        let (order, inner) = (Int32(a.columns), Int32(a.rows))
        let (strideA, strideC) = (Int32(max(a.stride, 1)), Int32(c.stride))
        a.elements.withUnsafeBufferPointer { a in
            c.elements.withUnsafeMutableBufferPointer { c in
                let c = UnsafeMutableRawPointer(c.baseAddress!)
                let a = a.baseAddress.map { UnsafeRawPointer($0) } ?? UnsafeRawPointer(c)
                if Scalar.self == Double.self {
                    cblas_dsyrk(
                        CblasRowMajor, CblasLower, CblasTrans, order, inner, 1, a.assumingMemoryBound(to: Double.self),
                        strideA, Double(beta), c.assumingMemoryBound(to: Double.self), strideC)
                } else {
                    cblas_ssyrk(
                        CblasRowMajor, CblasLower, CblasTrans, order, inner, 1, a.assumingMemoryBound(to: Float.self),
                        strideA, Float(beta), c.assumingMemoryBound(to: Float.self), strideC)
                }
            }
        }
    }

    /// OpenBLAS's description of itself: name, version, build options.
    public static var configuration: String { String(cString: openblas_get_config()) }

    /// The kernels that OpenBLAS chose for this processor, such as "Haswell" or "Cooperlake".
    public static var coreName: String { String(cString: openblas_get_corename()) }

    /// The number of processors that this process may use.
    package static let processors = max(1, Int(openblas_get_num_procs()))

    /// The number of threads that OpenBLAS uses by itself, as set by the program.
    ///
    /// It is 1 while this package computes, which divides the work itself.
    public static var threads: Int { Int(openblas_get_num_threads()) }

    private struct Users: Sendable {
        var count = 0
        var threadsBefore: Int32 = 1
    }

    private static let users = Locked(Users())

    /// Runs `body` with OpenBLAS at one thread; when the last such call ends, the earlier setting is restored.
    static func withSingleThread<Result, Failure: Error>(
        _ body: () throws(Failure) -> Result
    ) throws(Failure) -> Result {
        if CoreKind.current == .smallKernels { PackedPanel.prepare() }
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
