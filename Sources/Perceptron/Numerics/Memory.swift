/// A range of scalars whose owner keeps them alive while this is used: a buffer, or an array or span of the caller.
///
/// Views into it are checked against its count, but not against each other or its lifetime: the tiles of one phase must
/// not write to overlapping memory, and callers get views only inside a pass, which can't be kept.
struct Memory<Scalar: BLASScalar>: @unchecked Sendable {
    private let base: UnsafeMutablePointer<Scalar>
    let count: Int

    fileprivate init(base: UnsafeMutablePointer<Scalar>, count: Int) {
        self.base = base
        self.count = count
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

    /// A part of the stretch.
    func extracting(_ range: Range<Int>) -> Memory {
        check(range)
        return Memory(base: base + range.lowerBound, count: range.count)
    }

    func array(_ range: Range<Int>) -> [Scalar] {
        check(range)
        return Array(UnsafeBufferPointer(start: base + range.lowerBound, count: range.count))
    }

    func copy(from source: UnsafeBufferPointer<Scalar>) {
        precondition(source.count == count, "as many scalars as there is memory for")
        if let start = source.baseAddress { base.update(from: start, count: count) }
    }

    func copy(from source: Memory) {
        copy(from: UnsafeBufferPointer(start: source.base, count: source.count))
    }

    private func check(_ range: Range<Int>) {
        precondition(range.lowerBound >= 0 && range.upperBound <= count, "range out of the memory")
    }
}

/// Read-only scalars in a mapped file, which stays mapped as long as this exists.
final class MappedScalars<Scalar: BLASScalar>: Sendable {
    let memory: Memory<Scalar>
    private let file: MappedFile

    /// - Returns: nil if they are not aligned.
    init?(_ file: MappedFile, _ bytes: Range<Int>) {
        let count = bytes.count / MemoryLayout<Scalar>.stride
        guard let scalars = file.scalars(Scalar.self, from: bytes.lowerBound, count: count) else { return nil }
        memory = scalars.withMemory { $0 }
        self.file = file
    }
}

/// The place of a matrix in memory: rows of `columns` elements, beginning at `offset`.
struct MatrixBlock: Equatable, Sendable {
    let offset: Int
    let columns: Int

    init(offset: Int = 0, columns: Int) {
        self.offset = offset
        self.columns = columns
    }

    /// The range from the first to the last element of a part of the matrix.
    func range(_ rows: Range<Int>, _ part: Range<Int>) -> Range<Int> {
        guard !rows.isEmpty, !part.isEmpty else { return offset..<offset }
        precondition(part.lowerBound >= 0 && part.upperBound <= columns, "columns out of the matrix")
        let first = offset + rows.lowerBound * columns + part.lowerBound
        return first..<offset + (rows.upperBound - 1) * columns + part.upperBound
    }
}

/// Memory of the library, aligned to cache lines and initialized with zeros.
final class Buffer<Scalar: BLASScalar>: Sendable {
    let memory: Memory<Scalar>

    /// The scalars in a cache line: a range that starts at a multiple shares no line with the range before it.
    static var alignment: Int { 64 / MemoryLayout<Scalar>.stride }

    var count: Int { memory.count }
    var array: [Scalar] { memory.array(0..<count) }

    init(count: Int) {
        let bytes = UnsafeMutableRawPointer.allocate(
            byteCount: max(count, 1) * MemoryLayout<Scalar>.stride, alignment: 64)
        let base = bytes.bindMemory(to: Scalar.self, capacity: max(count, 1))
        base.initialize(repeating: 0, count: max(count, 1))
        memory = Memory(base: base, count: count)
    }

    convenience init(_ elements: [Scalar]) {
        self.init(count: elements.count)
        elements.withUnsafeBufferPointer { memory.copy(from: $0) }
    }

    convenience init(copying other: Buffer) {
        self.init(count: other.count)
        copy(from: other)
    }

    deinit { memory.deallocate() }

    func copy(from other: Buffer) {
        other.memory.span(0..<other.count).withUnsafeBufferPointer { memory.copy(from: $0) }
    }
}

extension Memory {
    fileprivate func deallocate() { base.deallocate() }
}

extension Array where Element: BLASScalar {
    /// Calls `body` with the array's own memory, which it must only read, and only until it returns.
    func withMemory<Result, Failure: Error>(
        _ body: (Memory<Element>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try span.withMemory(body)
    }
}

extension Span where Element: BLASScalar {
    /// Calls `body` with the span's own memory, which it must only read, and only until it returns.
    func withMemory<Result, Failure: Error>(
        _ body: (Memory<Element>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try withUnsafeBufferPointer { (memory) throws(Failure) -> Result in
            try body(
                Memory(base: UnsafeMutablePointer(mutating: memory.baseAddress ?? .noAddress), count: memory.count))
        }
    }
}

extension MutableSpan where Element: BLASScalar {
    /// Calls `body` with the span's own memory, until it returns.
    mutating func withMemory<Result, Failure: Error>(
        _ body: (Memory<Element>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try withUnsafeMutableBufferPointer { (memory) throws(Failure) -> Result in
            try body(
                Memory(base: memory.baseAddress ?? UnsafeMutablePointer(mutating: .noAddress), count: memory.count))
        }
    }
}

extension MutableSpan where Element: BLASScalar {
    /// The span's own memory, which must not be used for longer than the span.
    var memory: Memory<Element> {
        mutating get { withMemory { $0 } }
    }
}

extension UnsafePointer {
    /// An aligned address for empty memory, never read.
    fileprivate static var noAddress: UnsafePointer {
        UnsafePointer(bitPattern: MemoryLayout<Pointee>.alignment)!
    }
}

extension Array where Element: BLASScalar {
    /// An array, all of whose elements `body` must write.
    init(count: Int, writing body: (Memory<Element>) -> Void) {
        self.init(
            count: count,
            initializing: { memory in
                LargePages.advise(memory)
                if let base = memory.baseAddress { body(Memory(base: base, count: count)) }
            })
    }
}

extension Matrix {
    /// A matrix, all of whose elements `body` must write.
    init(rows: Int, columns: Int, writing body: (Memory<Scalar>) -> Void) {
        self.init(rows: rows, columns: columns, elements: [Scalar](count: rows * columns, writing: body))
    }
}
