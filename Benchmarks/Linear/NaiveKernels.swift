import Perceptron

/// Matrix products as one writes them without a library, through bare pointers as in C.
enum NaiveKernels {
    /// C = A·B, element by element.
    @inline(never)
    static func product<Scalar>(
        rows: Int, inner: Int, columns: Int, _ a: Factor<Scalar>, _ b: Factor<Scalar>,
        into c: UnsafeMutablePointer<Scalar>
    ) {
        let (a, aRow, aColumn) = (a.elements, a.rowStride, a.columnStride)
        let (b, bRow, bColumn) = (b.elements, b.rowStride, b.columnStride)
        for i in 0..<rows {
            for j in 0..<columns {
                var sum: Scalar = 0
                for k in 0..<inner {
                    sum += a[i &* aRow &+ k &* aColumn] * b[k &* bRow &+ j &* bColumn]
                }
                c[i &* columns &+ j] = sum
            }
        }
    }

    /// C = A·B, row by row: the innermost loop runs along rows of B and C, so that it reads memory as it lies and can
    /// be vectorised. A transposed B is first copied to `copy`, inner × columns elements.
    @inline(never)
    static func reorderedProduct<Scalar>(
        rows: Int, inner: Int, columns: Int, _ a: Factor<Scalar>, _ b: Factor<Scalar>, copy: inout [Scalar],
        into c: UnsafeMutablePointer<Scalar>
    ) {
        func multiply(_ b: UnsafePointer<Scalar>) {
            let (a, aRow, aColumn) = (a.elements, a.rowStride, a.columnStride)
            for i in 0..<rows {
                let c = c + i &* columns
                for j in 0..<columns { c[j] = 0 }
                for k in 0..<inner {
                    let factor = a[i &* aRow &+ k &* aColumn]
                    let b = b + k &* columns
                    for j in 0..<columns { c[j] += factor * b[j] }
                }
            }
        }
        guard b.isTransposed else { return multiply(b.elements) }
        copy.withUnsafeMutableBufferPointer { copy in
            let copy = copy.baseAddress!
            for j in 0..<columns {
                for k in 0..<inner { copy[k &* columns &+ j] = b.elements[j &* b.stride &+ k] }
            }
            multiply(copy)
        }
    }

    /// One element of A·B, and the sum of the magnitudes of the products in it.
    @inline(__always)
    static func element<Scalar>(
        row: Int, column: Int, inner: Int, _ a: Factor<Scalar>, _ b: Factor<Scalar>
    ) -> (value: Scalar, magnitude: Scalar) {
        var (value, magnitude): (Scalar, Scalar) = (0, 0)
        for k in 0..<inner {
            let term =
                a.elements[row &* a.rowStride &+ k &* a.columnStride]
                * b.elements[k &* b.rowStride &+ column &* b.columnStride]
            value += term
            magnitude += abs(term)
        }
        return (value, magnitude)
    }
}
