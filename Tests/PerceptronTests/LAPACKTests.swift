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

    /// A·vᵢ has the length of the i-th singular value and is orthogonal to the others; the vᵢ are orthonormal.
    @Test(arguments: [(1, 1), (4, 4), (9, 3), (3, 9), (57, 23)]) func svd(rows: Int, columns: Int) throws {
        var generator = RandomGenerator(seed: 2)
        let a = generator.matrix(rows, columns, of: Double.self)
        let (values, v) = try LAPACK.svd(a)
        let count = min(rows, columns)
        #expect(values.count == count && v.rows == count && v.columns == columns)
        #expect(values == values.sorted(by: >))
        let gram = LinearProductTests.naive(v, v, transposeB: .yes).product
        let images = LinearProductTests.naive(a, v, transposeB: .yes).product
        let lengths = LinearProductTests.naive(images, images, transposeA: .yes).product
        for i in 0..<count {
            for j in 0..<count {
                #expect(abs(gram[i, j] - (i == j ? 1 : 0)) < 1e-13)
                #expect(abs(lengths[i, j] - (i == j ? values[i] * values[i] : 0)) < 1e-11)
            }
        }
    }

    @Test func whatItRefuses() {
        #expect(throws: PerceptronError.self) { try LAPACK.svd(Matrix(rows: 3, columns: 2, repeating: .nan)) }
        #expect(throws: PerceptronError.self) { try LAPACK.qr(Matrix(rows: 2, columns: 3)) }
        #expect(throws: PerceptronError.self) { try LAPACK.qr(Matrix(rows: 3, columns: 2, repeating: .nan)) }
    }

    @Test func noColumns() throws {
        let (q, diagonal) = try LAPACK.qr(Matrix(rows: 3, columns: 0))
        #expect(q.rows == 3 && q.columns == 0 && diagonal.isEmpty)
        let (values, vectors) = try LAPACK.svd(Matrix(rows: 0, columns: 3))
        #expect(values.isEmpty && vectors.rows == 0 && vectors.columns == 3)
    }
}
