#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Memory for a panel of a product's second factor; each computing thread keeps one.
enum PackedPanel {
    /// A row of a panel: four cache lines, which fill a column of the widest registers.
    static let rowBytes = 256
    /// The most rows: a panel fits into a quarter of a second-level cache of 1 MB.
    static let mostRows = 1024

    private static let key: pthread_key_t = {
        var key = pthread_key_t()
        let failed = pthread_key_create(&key) { free($0) }
        precondition(failed == 0, "a key for each thread's memory")
        return key
    }()

    /// The columns of a panel.
    static func columns(scalarBytes: Int) -> Int { rowBytes / scalarBytes }

    /// op(block) in row-major order in this thread's panel, valid until this thread's next product that needs one.
    @_lifetime(immortal)
    static func copy<Scalar: BLASScalar>(_ block: MatrixView<Scalar>, transpose: Transpose) -> MatrixView<Scalar> {
        let (rows, columns) = transpose == .no ? (block.rows, block.columns) : (block.columns, block.rows)
        precondition(rows <= mostRows && columns * MemoryLayout<Scalar>.size <= rowBytes, "size of a panel")
        let start = memory.assumingMemoryBound(to: Scalar.self)
        var values = MutableMatrixView(
            rows: rows, columns: columns, elements: MutableSpan(_unsafeStart: start, count: rows * columns))
        if transpose == .no { Kernels.copy(block, into: &values) } else { Kernels.transpose(block, into: &values) }
        let view = MatrixView(
            rows: rows, columns: columns,
            elements: Span(_unsafeStart: UnsafePointer(start), count: rows * columns))
        return _overrideLifetime(view, copying: ())
    }

    /// Allocates this thread's panel, so that no later product has to.
    static func prepare() {
        if pthread_getspecific(key) == nil { adopt(allocate()) }
    }

    /// Gives this thread a panel that another thread has allocated.
    static func adopt(_ memory: UnsafeMutableRawPointer) {
        let failed = pthread_setspecific(key, memory)
        precondition(failed == 0, "a key for each thread's memory")
    }

    static func allocate() -> UnsafeMutableRawPointer {
        var memory: UnsafeMutableRawPointer?
        let failed = posix_memalign(&memory, 4096, mostRows * rowBytes)
        guard failed == 0, let memory else {
            preconditionFailure("no memory for a panel of \(counted(mostRows * rowBytes, "byte"))")
        }
        return memory
    }

    private static var memory: UnsafeMutableRawPointer {
        prepare()
        return pthread_getspecific(key)!
    }
}
