import Perceptron

/// C = op(A)·op(B) + β·C without a check of sizes; all matrices lie row after row without gaps.
enum BareProduct {
    /// - Parameter cut: how the product is cut into calls of cblas; one call by default.
    @inline(__always)
    static func multiply<Scalar: BLASScalar>(
        rows: Int, columns: Int, inner: Int, _ a: UnsafePointer<Scalar>, _ b: UnsafePointer<Scalar>,
        transposeA: Bool = false, transposeB: Bool = false, beta: Scalar = 0, cut: ProductCut = .whole,
        into c: UnsafeMutablePointer<Scalar>
    ) {
        let a = MatrixView(
            rows: transposeA ? inner : rows, columns: transposeA ? rows : inner,
            elements: Span(_unsafeStart: a, count: rows * inner))
        let b = MatrixView(
            rows: transposeB ? columns : inner, columns: transposeB ? inner : columns,
            elements: Span(_unsafeStart: b, count: inner * columns))
        var result = MutableMatrixView(
            rows: rows, columns: columns, elements: MutableSpan(_unsafeStart: c, count: rows * columns))
        BLAS.multiply(
            a, b, transposeA: transposeA ? .yes : .no, transposeB: transposeB ? .yes : .no, beta: beta, cut: cut,
            into: &result)
    }

    /// Multiplications and additions a second of the product of two square matrices, cut as the package does, on one thread.
    static func speed<Scalar: BLASScalar>(_: Scalar.Type, size: Int = 1024, _ effort: Timing.Effort) -> Double {
        let ones = AlignedBuffer([Scalar](repeating: 1, count: size * size))
        let result = AlignedBuffer<Scalar>(count: size * size)
        let shape = ProductShape(
            kind: .forward, rows: size, inner: size, columns: size, strideB: size,
            scalarBytes: MemoryLayout<Scalar>.size)
        let cut = ProductCut(shape, on: .current)
        let timing = Timing(effort) { calls in
            for _ in 0..<calls {
                multiply(rows: size, columns: size, inner: size, ones.start, ones.start, cut: cut, into: result.start)
            }
        }
        return 2 * Double(shape.multiplyAdds) / timing.minimum
    }
}
