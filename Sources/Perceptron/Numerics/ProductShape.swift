/// All of a matrix product C = op(A)·op(B) that decides how it is cut.
struct ProductShape: Hashable, Sendable {
    enum Kind: String, CaseIterable, Sendable {
        /// Y = X·W: neither factor is transposed.
        case forward
        /// dW = Xᵀ·dY: A is.
        case weightGradient
        /// dX = dY·Wᵀ: B is.
        case downstream
        /// Both are; no layer needs it.
        case both

        init(_ transposeA: Transpose, _ transposeB: Transpose) {
            self =
                transposeA == .no
                ? transposeB == .no ? .forward : .downstream : transposeB == .no ? .weightGradient : .both
        }
    }

    let kind: Kind
    /// Rows of C, terms of each of its elements, columns of C.
    let rows: Int
    let inner: Int
    let columns: Int
    /// Elements from a row of B, as it lies in memory, to the next.
    let strideB: Int
    let scalarBytes: Int

    var multiplyAdds: Int { rows * inner * columns }
}
