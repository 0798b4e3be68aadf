/// Everything about a matrix product C = op(A)·op(B) that decides how it is cut.
package struct ProductShape: Hashable, Sendable {
    package enum Kind: String, CaseIterable, Sendable {
        /// Y = X·W: neither factor is transposed.
        case forward
        /// dW = Xᵀ·dY: A is transposed.
        case weightGradient
        /// dX = dY·Wᵀ: B is transposed.
        case downstream
        /// Both are transposed; no layer needs it.
        case both

        package init(_ transposeA: Transpose, _ transposeB: Transpose) {
            self =
                transposeA == .no
                ? transposeB == .no ? .forward : .downstream : transposeB == .no ? .weightGradient : .both
        }
    }

    package let kind: Kind
    /// Rows of C, terms of each of its elements, columns of C.
    package let rows: Int
    package let inner: Int
    package let columns: Int
    /// The distance between rows of B in memory, in elements.
    package let strideB: Int
    package let scalarBytes: Int

    package init(kind: Kind, rows: Int, inner: Int, columns: Int, strideB: Int, scalarBytes: Int) {
        self.kind = kind
        self.rows = rows
        self.inner = inner
        self.columns = columns
        self.strideB = strideB
        self.scalarBytes = scalarBytes
    }

    package var multiplyAdds: Int { rows * inner * columns }
}
