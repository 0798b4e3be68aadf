/// A dense, row-major matrix; a batch of examples is rows × features.
///
/// A number of elements that doesn't fit the shape traps, like an array index out of range.
public struct Matrix<Scalar: BLASScalar>: Equatable, Hashable, Sendable {
    /// How many rows there are.
    public let rows: Int
    /// How many columns there are.
    public let columns: Int
    /// All elements, row after row: `rows * columns` of them.
    @inlinable
    public var elements: [Scalar] {
        get { storage }
        // In place: with a property observer, changing one element from another module would copy all of them.
        _modify {
            // Also if the code that changes them throws.
            defer {
                precondition(
                    storage.count == rows * columns,
                    "a \(rows)x\(columns) matrix has \(counted(rows * columns, "element")), not \(storage.count)")
            }
            yield &storage
        }
    }

    @usableFromInline
    var storage: [Scalar]

    /// A matrix with every element equal to `value`.
    public init(rows: Int, columns: Int, repeating value: Scalar = 0) {
        precondition(rows >= 0 && columns >= 0, "a matrix can't be \(rows)x\(columns)")
        self.rows = rows
        self.columns = columns
        storage = [Scalar](repeating: value, count: rows * columns)
    }

    /// A matrix of the given elements, row after row.
    public init(rows: Int, columns: Int, elements: [Scalar]) {
        precondition(rows >= 0 && columns >= 0, "a matrix can't be \(rows)x\(columns)")
        precondition(
            elements.count == rows * columns,
            "a \(rows)x\(columns) matrix has \(counted(rows * columns, "element")), not \(elements.count)")
        self.rows = rows
        self.columns = columns
        storage = elements
    }

    /// A matrix of the given rows, which must have equal lengths.
    public init(_ rows: [[Scalar]]) {
        let columns = rows.first?.count ?? 0
        for (index, row) in rows.enumerated() {
            precondition(
                row.count == columns,
                "row \(index) (counted from 0) has \(counted(row.count, "element")), the first has \(columns)")
        }
        self.init(rows: rows.count, columns: columns, elements: rows.flatMap { $0 })
    }

    /// An element; indices out of range trap.
    @inlinable
    public subscript(row: Int, column: Int) -> Scalar {
        get { elements[index(row, column)] }
        _modify { yield &elements[index(row, column)] }
    }

    @inlinable
    func index(_ row: Int, _ column: Int) -> Int {
        precondition(
            row >= 0 && row < rows && column >= 0 && column < columns, "index out of range of the matrix")
        return row * columns + column
    }

    /// The rows with the given indices, in that order.
    public func rows(_ indices: some Sequence<Int>) -> Matrix {
        var selected: [Scalar] = []
        var count = 0
        for row in indices {
            precondition(row >= 0 && row < rows, "row \(row) of a matrix with \(rows)")
            selected += elements[row * columns..<(row + 1) * columns]
            count += 1
        }
        return Matrix(rows: count, columns: columns, elements: selected)
    }

    /// The same matrix in the other scalar type.
    @specialized(where Scalar == Double, Other == Float)
    @specialized(where Scalar == Float, Other == Double)
    public init<Other>(_ other: Matrix<Other>) {
        self.init(rows: other.rows, columns: other.columns, elements: other.elements.map { Scalar($0) })
    }
}

extension Matrix: CustomStringConvertible {
    /// A line per row; long matrices are cut in the middle.
    public var description: String {
        let shown = rows <= 10 ? Array(0..<rows) : Array(0..<5) + Array(rows - 5..<rows)
        var lines = ["\(rows)x\(columns)"]
        for (position, row) in shown.enumerated() {
            if position > 0 && row != shown[position - 1] + 1 { lines.append("  ...") }
            let values = elements[row * columns..<(row + 1) * columns]
            lines.append("  " + values.prefix(10).map { "\($0)" }.joined(separator: " ") + (columns > 10 ? " ..." : ""))
        }
        return lines.joined(separator: "\n")
    }
}

extension Matrix {
    /// The matrix, borrowed.
    @inlinable
    public var view: MatrixView<Scalar> {
        @_lifetime(borrow self)
        get { MatrixView(rows: rows, columns: columns, stride: columns, elements: storage.span) }
    }
}
