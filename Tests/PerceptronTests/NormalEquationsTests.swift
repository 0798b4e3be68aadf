import Testing

@testable import Perceptron

/// JᵀJ, Jᵀe and what is solved with them, against plain loops.
@Suite struct NormalEquationsTests {
    struct Shape: Sendable, CustomTestStringConvertible {
        let order: Int
        let blocks: [Int]
        var testDescription: String { "\(order), blocks of \(blocks)" }
    }

    @Test(arguments: [
        Shape(order: 1, blocks: [1]), Shape(order: 7, blocks: [5, 5, 2]), Shape(order: 33, blocks: [100]),
        Shape(order: 300, blocks: [70, 70, 3]),
    ]) func sums(_ shape: Shape) throws {
        func check<Scalar: BLASScalar>(_ type: Scalar.Type, relative: Double) {
            var generator = RandomGenerator(seed: 8)
            let most = shape.blocks.max()!
            var matrix = [Double](repeating: 0, count: shape.order * shape.order)
            var gradient = [Double](repeating: 0, count: shape.order)
            let all = [1, 2, 3, 5, 8].map { NormalEquations<Scalar>(order: shape.order, rows: most, threads: $0) }
            for (number, rows) in shape.blocks.enumerated() {
                let j: Matrix<Scalar> = generator.matrix(rows, shape.order, of: type)
                let e: Matrix<Scalar> = generator.matrix(1, rows, of: type)
                for row in 0..<rows {
                    for a in 0..<shape.order {
                        gradient[a] += Double(j[row, a]) * Double(e[0, row])
                        for b in 0...a { matrix[a * shape.order + b] += Double(j[row, a]) * Double(j[row, b]) }
                    }
                }
                for equations in all {
                    j.elements.withMemory { j in
                        e.elements.withMemory { e in
                            equations.add(jacobian: j, residuals: e, rows: rows, isFirst: number == 0)
                        }
                    }
                }
            }
            func lower(_ values: [Scalar]) -> [Double] {
                values.enumerated().map { $0.offset % shape.order <= $0.offset / shape.order ? Double($0.element) : 0 }
            }
            let (found, sums) = (all[0].matrix.array, all[0].gradient.array)
            #expect(firstDifference(lower(found), matrix, relative: relative, floor: 1e-1) == nil)
            #expect(firstDifference(sums.map { Double($0) }, gradient, relative: relative, floor: 1e-1) == nil)
            for other in all { #expect(sameBits(other.matrix.array, found) && sameBits(other.gradient.array, sums)) }
        }
        BLAS.withSingleThread {
            check(Double.self, relative: 1e-12)
            check(Float.self, relative: 1e-4)
        }
    }

    @Test func tilesCoverTheTriangle() {
        for (order, rows) in [(1, 1), (63, 10), (64, 1 << 20), (300, 70), (1000, 1000), (5000, 256)] {
            let tiles = Tiling.triangleBlocks(order: order, rows: rows)
            #expect(tiles.first?.lowerBound == 0 && tiles.last?.upperBound == order)
            for (tile, next) in zip(tiles, tiles.dropFirst()) { #expect(tile.upperBound == next.lowerBound) }
        }
        #expect(Tiling.triangleBlocks(order: 300, rows: 70).count > 1)
    }

    @Test func blocksOfTheJacobianHaveRows() {
        #expect(Tiling.jacobianRows(rows: 200, outputs: 1, parameters: 31) == 200)
        #expect(Tiling.jacobianRows(rows: 100_000, outputs: 3, parameters: 31) == 2818)
        #expect(Tiling.jacobianRows(rows: 100_000, outputs: 10, parameters: 100_000) == 25)
        #expect(Tiling.jacobianRows(rows: 100_000, outputs: 1000, parameters: 100_000) == 1)
        #expect(Tiling.jacobianRows(rows: 100_000, outputs: 1, parameters: 1) == 4096)
    }

    /// (A + Aᵀ)-like matrices with known answers: A = L·Lᵀ of a given L.
    @Test(arguments: [1, 2, 5, 40]) func factorsSolve(_ order: Int) {
        func check<Scalar: BLASScalar>(_ type: Scalar.Type, relative: Double) {
            var generator = RandomGenerator(seed: 3)
            let factor = (0..<order * order).map { place -> Double in
                let (row, column) = (place / order, place % order)
                return column > row ? 0 : column == row ? 2 + generator.nextUniform() : generator.nextUniform() - 0.5
            }
            let x = generator.normals(order)
            func product(_ a: Int, _ b: Int) -> Double {
                (0..<order).reduce(0) { $0 + factor[a * order + $1] * factor[b * order + $1] }
            }
            // What is above the diagonal must not matter.
            let matrix = (0..<order * order).map { place -> Scalar in
                let (row, column) = (place / order, place % order)
                return column > row ? 1e6 : Scalar(product(row, column))
            }
            let buffer = Buffer(matrix)
            #expect(LAPACK.factor(buffer.memory, order: order))
            func times(_ row: Int, _ x: [Double], _ matrix: (Int, Int) -> Double) -> Scalar {
                var sum = 0.0
                for column in 0..<order { sum += matrix(row, column) * x[column] }
                return Scalar(sum)
            }
            let right: Buffer<Scalar> = Buffer((0..<order).map { times($0, x, product) })
            LAPACK.solve(buffer.memory, order: order, right.memory)
            #expect(firstDifference(right.array.map { Double($0) }, x, relative: relative, floor: 1e-1) == nil)

            // Rows L·z for known z.
            let z = [generator.normals(order), generator.normals(order)]
            let rows: Buffer<Scalar> = Buffer(
                z.flatMap { z in (0..<order).map { times($0, z) { factor[$0 * order + $1] } } })
            LAPACK.solveRows(buffer.memory, order: order, rows.memory, rows: 2)
            #expect(
                firstDifference(rows.array.map { Double($0) }, z.flatMap { $0 }, relative: relative, floor: 1e-1) == nil
            )

            let condition = LAPACK.reciprocalCondition(
                buffer.memory, order: order,
                norm: (0..<order).map { a in (0..<order).reduce(0) { $0 + abs(product(a, $1)) } }.max()!)
            #expect(condition > 1e-3 && condition <= 1.001)

            LAPACK.invert(buffer.memory, order: order)
            let inverse = buffer.array.map { Double($0) }
            for row in 0..<order {
                var sum = 0.0
                for column in 0..<order {
                    sum += inverse[max(row, column) * order + min(row, column)] * product(column, row)
                }
                #expect(abs(sum - 1) < relative * 10)
            }
        }
        BLAS.withSingleThread {
            check(Double.self, relative: 1e-10)
            check(Float.self, relative: 1e-3)
        }
    }

    @Test func whatIsNotPositiveDefiniteHasNoFactor() {
        func hasFactor<Scalar: BLASScalar>(_ matrix: [Scalar], _ order: Int) -> Bool {
            let buffer = Buffer(matrix)
            return BLAS.withSingleThread { LAPACK.factor(buffer.memory, order: order) }
        }
        #expect(hasFactor([1.0, 0, 0.5, 1], 2))
        #expect(!hasFactor([1.0, 0, 2, 1], 2))
        #expect(!hasFactor([1, 0, 2, 1] as [Float], 2))
        #expect(!hasFactor([.nan, 0, 2, 1.0], 2))
        #expect(!hasFactor([0.0], 1))
    }

    @Test(arguments: [0, 1, 3, 4, 5, 131]) func vectors(_ count: Int) {
        func check<Scalar: BLASScalar>(_ type: Scalar.Type, relative: Double) {
            var generator = RandomGenerator(seed: 2)
            let (a, b) = (generator.normals(count).map { Scalar($0) }, generator.normals(count).map { Scalar($0) })
            let dot = zip(a, b).reduce(0) { $0 + Double($1.0) * Double($1.1) }
            #expect(firstDifference([Vectors.dot(a.span, b.span)], [dot], relative: 1e-10) == nil)
            var sum = a
            var span = sum.mutableSpan
            Vectors.add(b.span, times: -0.5, to: &span)
            #expect(sum == zip(a, b).map { $0 + -0.5 * $1 })
            span = sum.mutableSpan
            Vectors.scale(&span, by: 2)
            #expect(sum == zip(a, b).map { 2 * ($0 + -0.5 * $1) })
        }
        check(Double.self, relative: 1e-12)
        check(Float.self, relative: 1e-6)
    }
}
