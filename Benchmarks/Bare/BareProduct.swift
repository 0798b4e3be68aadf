import CBLAS
import Perceptron

/// C = op(A)·op(B) + β·C as the bare call; all matrices lie row after row without gaps.
enum BareProduct {
    @inline(__always)
    static func multiply<Scalar: BLASScalar>(
        rows: Int, columns: Int, inner: Int, _ a: UnsafePointer<Scalar>, _ b: UnsafePointer<Scalar>,
        transposeA: Bool = false, transposeB: Bool = false, beta: Scalar = 0,
        into c: UnsafeMutablePointer<Scalar>
    ) {
        let (m, n, k) = (Int32(rows), Int32(columns), Int32(inner))
        let (opA, strideA) = transposeA ? (CblasTrans, m) : (CblasNoTrans, k)
        let (opB, strideB) = transposeB ? (CblasTrans, k) : (CblasNoTrans, n)
        let (a, b, c) = (UnsafeRawPointer(a), UnsafeRawPointer(b), UnsafeMutableRawPointer(c))
        if Scalar.self == Double.self {
            cblas_dgemm(
                CblasRowMajor, opA, opB, m, n, k, 1, a.assumingMemoryBound(to: Double.self), strideA,
                b.assumingMemoryBound(to: Double.self), strideB, Double(beta),
                c.assumingMemoryBound(to: Double.self), n)
        } else {
            cblas_sgemm(
                CblasRowMajor, opA, opB, m, n, k, 1, a.assumingMemoryBound(to: Float.self), strideA,
                b.assumingMemoryBound(to: Float.self), strideB, Float(beta), c.assumingMemoryBound(to: Float.self), n)
        }
    }

    /// Multiplications and additions a second of the product of two square matrices, on one thread.
    static func speed<Scalar: BLASScalar>(_: Scalar.Type, size: Int = 1024, _ effort: Timing.Effort) -> Double {
        let ones = AlignedBuffer([Scalar](repeating: 1, count: size * size))
        let result = AlignedBuffer<Scalar>(count: size * size)
        let timing = Timing(effort) { calls in
            for _ in 0..<calls {
                multiply(rows: size, columns: size, inner: size, ones.start, ones.start, into: result.start)
            }
        }
        return 2 * Double(size * size * size) / timing.minimum
    }
}
