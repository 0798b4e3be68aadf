/// A borrowed matrix, for writing: rows × columns, rows `stride` elements apart.
///
/// The compiler ensures that it is unique and doesn't outlive its memory. Indices are checked.
@frozen
public struct MutableMatrixView<Scalar: BLASScalar>: ~Escapable, ~Copyable {
    /// How many rows there are.
    public let rows: Int
    /// How many columns there are.
    public let columns: Int
    /// The distance from a row's first element to the next row's.
    public let stride: Int
    /// The memory from the first element of the first row to the last element of the last row.
    public var elements: MutableSpan<Scalar>

    /// A view of rows that begin `stride` elements apart.
    @_lifetime(copy elements)
    @inlinable
    public init(rows: Int, columns: Int, stride: Int, elements: consuming MutableSpan<Scalar>) {
        precondition(rows >= 0 && columns >= 0 && stride >= columns, "impossible shape of a matrix")
        precondition(
            rows == 0 || columns == 0 || elements.count >= (rows - 1) * stride + columns,
            "too few elements for the shape")
        self.rows = rows
        self.columns = columns
        self.stride = stride
        self.elements = elements
    }

    /// A view of contiguous rows.
    @_lifetime(copy elements)
    @inlinable
    public init(rows: Int, columns: Int, elements: consuming MutableSpan<Scalar>) {
        self.init(rows: rows, columns: columns, stride: columns, elements: elements)
    }

    /// An element; indices out of range trap.
    @inlinable
    public subscript(row: Int, column: Int) -> Scalar {
        get {
            precondition(row >= 0 && row < rows && column >= 0 && column < columns, "index out of range of the matrix")
            return elements[unchecked: row * stride + column]
        }
        @_lifetime(self: copy self)
        set {
            precondition(row >= 0 && row < rows && column >= 0 && column < columns, "index out of range of the matrix")
            elements[unchecked: row * stride + column] = newValue
        }
    }

    /// A range of rows, for writing.
    @_lifetime(&self)
    @inlinable
    public mutating func rows(_ range: Range<Int>) -> MutableMatrixView {
        precondition(range.lowerBound >= 0 && range.upperBound <= rows, "rows out of range of the matrix")
        let (columns, stride) = (columns, stride)
        let part =
            range.isEmpty ? 0..<0 : range.lowerBound * stride..<(range.upperBound - 1) * stride + columns
        return MutableMatrixView(
            rows: range.count, columns: columns, stride: stride, elements: elements._mutatingExtracting(part))
    }

    /// A range of columns, of all rows, for writing.
    @_lifetime(&self)
    @inlinable
    public mutating func columns(_ range: Range<Int>) -> MutableMatrixView {
        precondition(range.lowerBound >= 0 && range.upperBound <= columns, "columns out of range of the matrix")
        let (rows, stride) = (rows, stride)
        let part =
            rows == 0 || range.isEmpty ? 0..<0 : range.lowerBound..<(rows - 1) * stride + range.upperBound
        return MutableMatrixView(
            rows: rows, columns: range.count, stride: stride, elements: elements._mutatingExtracting(part))
    }

    /// A range of columns of a range of rows, for writing.
    @_lifetime(&self)
    mutating func block(rows: Range<Int>, columns: Range<Int>) -> MutableMatrixView {
        precondition(rows.lowerBound >= 0 && rows.upperBound <= self.rows, "rows out of range of the matrix")
        precondition(
            columns.lowerBound >= 0 && columns.upperBound <= self.columns, "columns out of range of the matrix")
        let stride = stride
        let part =
            rows.isEmpty || columns.isEmpty
            ? 0..<0
            : rows.lowerBound * stride + columns.lowerBound..<(rows.upperBound - 1) * stride + columns.upperBound
        return MutableMatrixView(
            rows: rows.count, columns: columns.count, stride: stride, elements: elements._mutatingExtracting(part))
    }

    /// The same matrix, for reading.
    @inlinable
    public var view: MatrixView<Scalar> {
        @_lifetime(borrow self)
        get { MatrixView(rows: rows, columns: columns, stride: stride, elements: elements.span) }
    }
}
