#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A matrix in a file, whose rows are read and converted on request.
///
/// It can be larger than memory. The file must not be gzipped, and must not be changed while it is used.
public struct MappedMatrix<Scalar: BLASScalar>: Sendable {
    private let file: MappedFile
    private let layout: ArrayLayout

    var path: String { file.path }
    /// Whether the file has whole numbers, of any size.
    var hasIntegers: Bool { layout.format.kind.isInteger }

    /// How many rows the file has.
    public var rows: Int { layout.rows }
    /// How many columns the file has.
    public var columns: Int { layout.columns }

    /// Opens a `.npy` file of any type and order that ``Matrix/init(npy:)`` reads.
    /// - Throws: `PerceptronError.fileAccess` if the file can't be read, `.invalidFile` unless it is a complete `.npy`
    ///   file.
    public init(npy url: URL) throws(PerceptronError) { try self.init(url, .npy) }

    /// Opens an IDX file; see ``Matrix/init(idx:)``.
    /// - Throws: `PerceptronError.fileAccess` if the file can't be read, `.invalidFile` unless it is a complete IDX
    ///   file.
    public init(idx url: URL) throws(PerceptronError) { try self.init(url, .idx) }

    private init(_ url: URL, _ format: ArrayFormat) throws(PerceptronError) {
        let file = try MappedFile(url)
        guard !Gzip.isGzip(file.bytes) else {
            throw .invalidFile("\(file.path): is gzipped; only an uncompressed file can be mapped")
        }
        let layout = try format.layout(of: file.bytes, name: file.path)
        try layout.check(count: file.count, name: file.path)
        self.file = file
        self.layout = layout
    }

    /// The rows of a range, read and converted.
    public func rows(_ range: Range<Int>) -> Matrix<Scalar> {
        Matrix(rows: range.count, columns: columns) { memory in
            var output = memory.mutableView(
                MatrixBlock(columns: columns), rows: 0..<range.count, columns: 0..<columns)
            read(rows: range, into: &output)
        }
    }

    /// The rows with the given indices, in that order.
    public func rows(_ indices: some Collection<Int>) -> Matrix<Scalar> {
        Matrix(rows: indices.count, columns: columns) { memory in
            for (place, row) in indices.enumerated() {
                var output = memory.mutableView(
                    MatrixBlock(columns: columns), rows: place..<place + 1, columns: 0..<columns)
                read(rows: row..<row + 1, into: &output)
            }
        }
    }

    /// The file's own memory as a matrix, without a copy; nil unless it has this type, this machine's byte order and C
    /// order.
    public var view: MatrixView<Scalar>? {
        @_lifetime(borrow self)
        get {
            guard layout.format == .native(Scalar.self), !layout.isColumnMajor else { return nil }
            guard let elements = file.scalars(Scalar.self, from: layout.offset, count: rows * columns) else {
                return nil
            }
            return _overrideLifetime(MatrixView(rows: rows, columns: columns, elements: elements), borrowing: self)
        }
    }

    /// Reads and converts rows into the caller's rows.
    func read(rows range: Range<Int>, into output: inout MutableMatrixView<Scalar>) {
        layout.read(rows: range, of: file.bytes, into: &output)
    }

    /// Asks the system to start reading these rows from disk.
    func prefetch(rows range: Range<Int>) {
        if !layout.isColumnMajor { file.prefetch(bytes(of: range)) }
    }

    /// Returns the memory of these rows of the file to the system.
    func release(rows range: Range<Int>) { file.release(bytes(of: range)) }

    /// The bytes of the rows; in Fortran order, rows are scattered over the whole file.
    private func bytes(of range: Range<Int>) -> Range<Int> {
        if layout.isColumnMajor { return layout.offset..<layout.end }
        let row = columns * layout.format.kind.size
        return layout.offset + range.lowerBound * row..<layout.offset + range.upperBound * row
    }
}
