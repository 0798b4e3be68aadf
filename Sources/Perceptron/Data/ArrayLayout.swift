/// Where the numbers of an array are in a file, and in which order: a matrix whose rows are the first dimension.
///
/// A one-dimensional array is a column, a single number a 1 × 1 matrix. With three or more dimensions, all but the
/// first form one row: 60,000 × 28 × 28 are 60,000 rows of 784.
struct ArrayLayout: Equatable, Sendable {
    let format: NumberFormat
    let shape: [Int]
    /// Fortran order: the first index varies fastest; otherwise the last does.
    let isColumnMajor: Bool
    /// The byte at which the numbers begin.
    let offset: Int
    let rows: Int
    let columns: Int
    /// The byte after the last number.
    let end: Int

    /// - Throws: `PerceptronError.invalidFile` if no file can have an array of that shape.
    init(
        format: NumberFormat, shape: [Int], isColumnMajor: Bool = false, offset: Int, name: String
    ) throws(PerceptronError) {
        var sizes = 1
        for size in shape where size != 0 {
            let product = sizes.multipliedReportingOverflow(by: size)
            guard size > 0, !product.overflow else {
                throw .invalidFile("\(name): the shape \(describe(shape)) is not possible")
            }
            sizes = product.partialValue
        }
        // The other sizes of an empty array aren't backed by bytes in the file, yet loops may run over them.
        guard !shape.contains(0) || sizes <= Int(Int32.max) else {
            throw .invalidFile("\(name): the shape \(describe(shape)) is too large for an array without elements")
        }
        let count = shape.contains(0) ? 0 : sizes
        let bytes = count.multipliedReportingOverflow(by: format.kind.size)
        let end = bytes.partialValue.addingReportingOverflow(offset)
        guard !bytes.overflow, !end.overflow else {
            throw .invalidFile("\(name): the shape \(describe(shape)) is not possible")
        }
        self.format = format
        self.shape = shape
        self.isColumnMajor = isColumnMajor
        self.offset = offset
        self.end = end.partialValue
        rows = shape.first ?? 1
        columns = shape.dropFirst().reduce(1, *)
    }

    /// Throws unless the file ends where the array does.
    func check(count: Int, name: String) throws(PerceptronError) {
        guard count != end else { return }
        let found = thereAre(max(0, count - offset), "byte")
        throw .invalidFile(
            "\(name): an array of shape \(describe(shape)) and type \(format.kind.rawValue) has \(counted(end - offset, "byte")); "
                + (count < end ? "the file is truncated: \(found)" : found))
    }

    /// Reads and converts rows of the matrix.
    /// - Parameters:
    ///   - bytes: The whole file.
    ///   - output: Room for these rows, with all columns.
    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    func read<Scalar: BLASScalar>(
        rows range: Range<Int>, of bytes: Span<UInt8>, into output: inout MutableMatrixView<Scalar>
    ) {
        precondition(range.lowerBound >= 0 && range.upperBound <= rows, "rows out of range of the array")
        precondition(output.rows == range.count && output.columns == columns, "room for the rows")
        guard !range.isEmpty, columns > 0 else { return }
        if isColumnMajor {
            readColumnMajor(range, bytes, &output)
        } else if output.stride == columns {
            format.convert(
                numbers(range.lowerBound * columns, range.count * columns, of: bytes), into: &output.elements)
        } else {
            let stride = output.stride
            for row in range {
                format.convert(
                    numbers(row * columns, columns, of: bytes), into: &output.elements,
                    at: (row - range.lowerBound) * stride)
            }
        }
    }

    /// Reads a block of rows at a time; the cache holds a line of each while the columns are written one after another.
    private func readColumnMajor<Scalar: BLASScalar>(
        _ range: Range<Int>, _ bytes: Span<UInt8>, _ output: inout MutableMatrixView<Scalar>
    ) {
        for first in Swift.stride(from: range.lowerBound, to: range.upperBound, by: 64) {
            let count = min(64, range.upperBound - first)
            let (start, stride) = ((first - range.lowerBound) * output.stride, output.stride)
            for column in 0..<columns {
                format.convert(
                    numbers(rows * storedColumn(column) + first, count, of: bytes), into: &output.elements,
                    at: start + column, stride: stride)
            }
        }
    }

    /// The stored position of a column in a column-major array: columns are counted with the last index of the shape
    /// varying fastest, and stored with the second varying fastest.
    private func storedColumn(_ column: Int) -> Int {
        guard shape.count > 2 else { return column }
        var rest = column
        var distance = columns
        var place = 0
        for size in shape.dropFirst().reversed() {
            distance /= size
            place += rest % size * distance
            rest /= size
        }
        return place
    }

    @_lifetime(copy bytes)
    private func numbers(_ first: Int, _ count: Int, of bytes: Span<UInt8>) -> Span<UInt8> {
        let start = offset + first * format.kind.size
        return bytes.extracting(start..<start + count * format.kind.size)
    }

    /// The whole array.
    func matrix<Scalar: BLASScalar>(of bytes: Span<UInt8>, _: Scalar.Type) -> Matrix<Scalar> {
        Matrix(rows: rows, columns: columns) { memory in
            var output = memory.mutableView(MatrixBlock(columns: columns), rows: 0..<rows, columns: 0..<columns)
            read(rows: 0..<rows, of: bytes, into: &output)
        }
    }

    /// The whole array as integers, one per row.
    /// - Throws: `PerceptronError.invalidFile` if it has several numbers per row, or one that is not an integer.
    func integers(of bytes: Span<UInt8>, name: String) throws(PerceptronError) -> [Int] {
        guard columns == 1 else {
            throw .invalidFile("\(name): labels must be one integer per row; the array's shape is \(describe(shape))")
        }
        return try format.integers(numbers(0, rows, of: bytes)) { index in
            let number = Matrix<Double>(rows: 1, columns: 1) { memory in
                var output = memory.mutableView(MatrixBlock(columns: 1), rows: 0..<1, columns: 0..<1)
                read(rows: index..<index + 1, of: bytes, into: &output)
            }
            return .invalidFile(
                "\(name): labels must be integers; row \(index) (counted from 0) has \(number.elements[0])")
        }
    }
}

/// The number of elements in an array of this shape; nil if it overflows.
func elementCount(_ shape: [Int]) -> Int? {
    var count = 1
    for size in shape {
        let (product, overflow) = count.multipliedReportingOverflow(by: size)
        if overflow { return nil }
        count = product
    }
    return count
}

/// A shape as NumPy prints it.
func describe(_ shape: [Int]) -> String {
    "(\(shape.map(String.init).joined(separator: ", "))\(shape.count == 1 ? "," : ""))"
}
