/// A borrowed matrix, for reading: rows × columns, rows `stride` elements apart.
///
/// The compiler ensures that it doesn't outlive its memory. Indices are checked.
@frozen
public struct MatrixView<Scalar: BLASScalar>: ~Escapable {
    /// How many rows there are.
    public let rows: Int
    /// How many columns there are.
    public let columns: Int
    /// The distance from a row's first element to the next row's.
    public let stride: Int
    /// The memory from the first element of the first row to the last element of the last row.
    public let elements: Span<Scalar>

    /// A view of rows that begin `stride` elements apart.
    @_lifetime(copy elements)
    @inlinable
    public init(rows: Int, columns: Int, stride: Int, elements: Span<Scalar>) {
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
    public init(rows: Int, columns: Int, elements: Span<Scalar>) {
        self.init(rows: rows, columns: columns, stride: columns, elements: elements)
    }

    /// An element; indices out of range trap.
    @inlinable
    public subscript(row: Int, column: Int) -> Scalar {
        precondition(row >= 0 && row < rows && column >= 0 && column < columns, "index out of range of the matrix")
        return elements[unchecked: row * stride + column]
    }

    /// A range of columns, of all rows.
    @_lifetime(copy self)
    @inlinable
    public func columns(_ range: Range<Int>) -> MatrixView {
        precondition(range.lowerBound >= 0 && range.upperBound <= columns, "columns out of range of the matrix")
        if rows == 0 { return MatrixView(rows: 0, columns: range.count, stride: stride, elements: elements) }
        return MatrixView(
            rows: rows, columns: range.count, stride: stride,
            elements: elements.extracting(range.lowerBound..<(rows - 1) * stride + range.upperBound))
    }

    /// A range of rows.
    @_lifetime(copy self)
    @inlinable
    public func rows(_ range: Range<Int>) -> MatrixView {
        precondition(range.lowerBound >= 0 && range.upperBound <= rows, "rows out of range of the matrix")
        if range.isEmpty { return MatrixView(rows: 0, columns: columns, stride: stride, elements: elements) }
        return MatrixView(
            rows: range.count, columns: columns, stride: stride,
            elements: elements.extracting(
                range.lowerBound * stride..<(range.upperBound - 1) * stride + columns))
    }
}
