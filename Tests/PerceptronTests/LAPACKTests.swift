import Testing

@testable import Perceptron

@Suite struct LAPACKTests {
    /// Q's columns are orthonormal, Qᵀ·A is upper triangular, and its diagonal is what comes with Q.
    @Test(arguments: [(1, 1), (4, 4), (9, 3), (40, 40), (57, 23), (5, 1)]) func qr(rows: Int, columns: Int) throws {
        var generator = RandomGenerator(seed: 2)
        let a = generator.matrix(rows, columns, of: Double.self)
        let (q, diagonal) = try LAPACK.qr(a)
        #expect(q.rows == rows && q.columns == columns && diagonal.count == columns)
        let gram = LinearProductTests.naive(q, q, transposeA: .yes).product
        let r = LinearProductTests.naive(q, a, transposeA: .yes).product
        for i in 0..<columns {
            for j in 0..<columns {
                #expect(abs(gram[i, j] - (i == j ? 1 : 0)) < 1e-13)
                if i > j { #expect(abs(r[i, j]) < 1e-12) }
            }
            #expect(abs(r[i, i] - diagonal[i]) < 1e-12)
        }
        let product = LinearProductTests.naive(q, r).product
        for index in a.elements.indices { #expect(abs(product.elements[index] - a.elements[index]) < 1e-12) }
    }

    @Test func whatItRefuses() {
        #expect(throws: PerceptronError.self) { try LAPACK.qr(Matrix(rows: 2, columns: 3)) }
        #expect(throws: PerceptronError.self) { try LAPACK.qr(Matrix(rows: 3, columns: 2, repeating: .nan)) }
    }

    @Test func noColumns() throws {
        let (q, diagonal) = try LAPACK.qr(Matrix(rows: 3, columns: 0))
        #expect(q.rows == 3 && q.columns == 0 && diagonal.isEmpty)
    }
}
