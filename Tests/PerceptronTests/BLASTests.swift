import Synchronization
import Testing

@testable import Perceptron

@Suite struct BLASTests {
    @Test func backendIsOpenBLAS() {
        #expect(BLAS.configuration.contains("OpenBLAS"))
        #expect(!BLAS.coreName.isEmpty)
        #expect(BLAS.processors >= 1)
    }

    /// The matrix's elements with a gap behind each row.
    private func strided<Scalar: BLASScalar>(_ matrix: Matrix<Scalar>, gap: Int) -> [Scalar] {
        (0..<matrix.rows).flatMap { matrix.rows([$0]).elements + [Scalar](repeating: .nan, count: gap) }
    }

    private func check<Scalar: BLASScalar>(_ type: Scalar.Type) throws {
        var generator = RandomGenerator(seed: 3)
        var shapes = [(1, 1, 1), (5, 0, 4), (0, 3, 2), (3, 2, 0), (64, 64, 64)]
        for _ in 0..<6 {
            shapes.append(
                (
                    1 + generator.nextInteger(below: 130), 1 + generator.nextInteger(below: 130),
                    1 + generator.nextInteger(below: 130)
                ))
        }
        for (rows, inner, columns) in shapes {
            for (transposeA, transposeB) in [(Transpose.no, Transpose.no), (.yes, .no), (.no, .yes), (.yes, .yes)] {
                let a = generator.matrix(
                    transposeA == .no ? rows : inner, transposeA == .no ? inner : rows, of: type)
                let b = generator.matrix(
                    transposeB == .no ? inner : columns, transposeB == .no ? columns : inner, of: type)
                let start = generator.matrix(rows, columns, of: type)
                let gap = generator.nextInteger(below: 4)
                let (stridedA, stridedB) = (strided(a, gap: gap), strided(b, gap: gap + 1))
                for beta in [Scalar(0), 1] {
                    // What was in C doesn't matter where β is 0, and what lies between its rows is left alone.
                    let stride = columns + gap
                    var c = [Scalar](repeating: .nan, count: rows * stride)
                    if beta == 1 {
                        for row in 0..<rows {
                            for column in 0..<columns { c[row * stride + column] = start[row, column] }
                        }
                    }
                    do {
                        let span = c.mutableSpan
                        var view = MutableMatrixView(
                            rows: rows, columns: columns, stride: stride, elements: span)
                        try BLAS.gemm(
                            MatrixView(
                                rows: a.rows, columns: a.columns, stride: a.columns + gap, elements: stridedA.span),
                            MatrixView(
                                rows: b.rows, columns: b.columns, stride: b.columns + gap + 1,
                                elements: stridedB.span), transposeA: transposeA, transposeB: transposeB, beta: beta,
                            into: &view)
                    }
                    var product: [Scalar] = []
                    for row in 0..<rows {
                        product += c[row * stride..<row * stride + columns]
                        #expect(c[row * stride + columns..<(row + 1) * stride].allSatisfy { $0.isNaN })
                    }
                    let naive = LinearProductTests.naive(
                        a, b, transposeA: transposeA, transposeB: transposeB, plus: beta == 1 ? start : nil)
                    #expect(
                        LinearProductTests.excess(product, naive, terms: inner + (beta == 1 ? 1 : 0)) == nil,
                        "\(rows)x\(inner)x\(columns) \(transposeA) \(transposeB) beta \(beta)")
                }
            }
        }
    }

    @Test func productsInDouble() throws { try check(Double.self) }
    @Test func productsInFloat() throws { try check(Float.self) }

    @Test func shapesThatDoNotFitThrowAndLeaveC() {
        let a = Matrix<Double>(rows: 2, columns: 3, repeating: 1)
        let b = Matrix<Double>(rows: 4, columns: 2, repeating: 1)
        var c = [7.0, 7, 7, 7]
        var messages: [String] = []
        do {
            let span = c.mutableSpan
            var view = MutableMatrixView(rows: 2, columns: 2, elements: span)
            do { try BLAS.gemm(a.view, b.view, into: &view) } catch { messages.append(error.description) }
            do { try BLAS.gemm(a.view, a.view, transposeA: .yes, into: &view) } catch {
                messages.append(error.description)
            }
        }
        #expect(
            messages == [
                "gemm: op(A) is 2x3, op(B) is 4x2", "gemm: the product is 3x3, C is 2x2",
            ])
        #expect(c == [7, 7, 7, 7])
    }

    /// One user inside another, and one that throws: inside it is one thread. Other tests compute at the same time,
    /// so what is put back at the end can't be read here; `BLASThreadsTests` does.
    @Test func oneThreadInside() {
        BLAS.withSingleThread {
            #expect(BLAS.threads == 1)
            BLAS.withSingleThread { #expect(BLAS.threads == 1) }
            #expect(BLAS.threads == 1)
            struct Stop: Error {}
            #expect(throws: Stop.self) { try BLAS.withSingleThread { () throws(Stop) in throw Stop() } }
            #expect(BLAS.threads == 1)
        }
    }
}
