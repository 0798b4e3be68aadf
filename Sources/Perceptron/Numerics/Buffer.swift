/// A fixed count of scalars: memory of the library's own, aligned to a cache line and zero at first, or borrowed.
///
/// Views into it are checked against its count, but not against each other nor against its end: what the tiles of one
/// phase write must not overlap, whoever makes a view keeps the buffer, and no view of it is handed to a caller other
/// than inside a pass, which can't be kept.
final class Buffer<Scalar: BLASScalar>: @unchecked Sendable {
    private let base: UnsafeMutablePointer<Scalar>
    private let ownsMemory: Bool
    let count: Int

    /// Scalars in a cache line: what starts at a multiple shares no line with what ends before it.
    static var alignment: Int { 64 / MemoryLayout<Scalar>.stride }

    init(count: Int) {
        self.count = count
        ownsMemory = true
        let memory = UnsafeMutableRawPointer.allocate(
            byteCount: max(count, 1) * MemoryLayout<Scalar>.stride, alignment: 64)
        base = memory.bindMemory(to: Scalar.self, capacity: count)
        base.initialize(repeating: 0, count: count)
    }

    convenience init(_ elements: [Scalar]) {
        self.init(count: elements.count)
        elements.withUnsafeBufferPointer { source in
            if let start = source.baseAddress { base.update(from: start, count: source.count) }
        }
    }

    convenience init(copying other: Buffer) {
        self.init(count: other.count)
        base.update(from: other.base, count: count)
    }

    /// Memory that somebody else owns and keeps while this buffer is used.
    fileprivate init(borrowing base: UnsafeMutablePointer<Scalar>, count: Int) {
        self.base = base
        self.count = count
        ownsMemory = false
    }

    deinit { if ownsMemory { base.deallocate() } }

    var array: [Scalar] { array(0..<count) }

    func array(_ range: Range<Int>) -> [Scalar] {
        check(range)
        return Array(UnsafeBufferPointer(start: base + range.lowerBound, count: range.count))
    }

    func assign(_ elements: [Scalar]) {
        precondition(elements.count == count, "a buffer keeps its count")
        elements.withUnsafeBufferPointer { source in
            if let start = source.baseAddress { base.update(from: start, count: count) }
        }
    }

    @_lifetime(immortal)
    func span(_ range: Range<Int>) -> Span<Scalar> {
        check(range)
        let span = Span(_unsafeStart: UnsafePointer(base + range.lowerBound), count: range.count)
        return _overrideLifetime(span, copying: ())
    }

    @_lifetime(immortal)
    func mutableSpan(_ range: Range<Int>) -> MutableSpan<Scalar> {
        check(range)
        let span = MutableSpan(_unsafeStart: base + range.lowerBound, count: range.count)
        return _overrideLifetime(span, copying: ())
    }

    @_lifetime(immortal)
    func view(_ block: MatrixBlock, rows: Range<Int>, columns: Range<Int>) -> MatrixView<Scalar> {
        let view = MatrixView(
            rows: rows.count, columns: columns.count, stride: block.columns,
            elements: span(block.range(rows, columns)))
        return _overrideLifetime(view, copying: ())
    }

    @_lifetime(immortal)
    func mutableView(_ block: MatrixBlock, rows: Range<Int>, columns: Range<Int>) -> MutableMatrixView<Scalar> {
        let view = MutableMatrixView(
            rows: rows.count, columns: columns.count, stride: block.columns,
            elements: mutableSpan(block.range(rows, columns)))
        return _overrideLifetime(view, copying: ())
    }

    private func check(_ range: Range<Int>) {
        precondition(range.lowerBound >= 0 && range.upperBound <= count, "range out of the buffer")
    }
}

/// A place in a buffer that holds a matrix: rows of `columns` elements from `offset` on.
struct MatrixBlock: Equatable, Sendable {
    let offset: Int
    let columns: Int

    /// From the first to the last element of a part of the matrix.
    func range(_ rows: Range<Int>, _ part: Range<Int>) -> Range<Int> {
        guard !rows.isEmpty, !part.isEmpty else { return offset..<offset }
        precondition(part.lowerBound >= 0 && part.upperBound <= columns, "columns out of the matrix")
        let first = offset + rows.lowerBound * columns + part.lowerBound
        return first..<offset + (rows.upperBound - 1) * columns + part.upperBound
    }
}

extension Array where Element: BLASScalar {
    /// Calls `body` with the array's own memory, which it must only read, and only until it returns.
    func withBorrowedBuffer<Result, Failure: Error>(
        _ body: (Buffer<Element>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try withUnsafeBufferPointer { (memory) throws(Failure) -> Result in
            guard let base = memory.baseAddress else { return try body(Buffer(count: 0)) }
            return try body(Buffer(borrowing: UnsafeMutablePointer(mutating: base), count: memory.count))
        }
    }
}

extension Matrix {
    /// A matrix whose elements `body` writes, all of them.
    init(rows: Int, columns: Int, writing body: (Buffer<Scalar>) -> Void) {
        let count = rows * columns
        let elements = [Scalar](unsafeUninitializedCapacity: count) { memory, initialized in
            if let base = memory.baseAddress { body(Buffer(borrowing: base, count: count)) }
            initialized = count
        }
        self.init(rows: rows, columns: columns, elements: elements)
    }
}
