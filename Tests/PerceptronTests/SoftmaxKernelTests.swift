import Foundation
import Testing

@testable import Perceptron

/// Softmax and its logarithm of every instruction set against plain Swift, at every column count and in strided rows.
@Suite struct SoftmaxKernelTests {
    private func apply<Scalar: KernelScalar>(
        _ kernel: (Int, Int, UnsafeRawPointer, Int, UnsafeMutableRawPointer, Int) -> Void,
        _ values: inout StridedMatrix<Scalar>
    ) {
        let (rows, columns, stride) = (values.rows, values.columns, values.stride)
        values.memory.withUnsafeMutableBytes { kernel(rows, columns, $0.baseAddress!, stride, $0.baseAddress!, stride) }
    }

    private func apply<Scalar: KernelScalar>(
        _ kernel: (Int, Int, UnsafeRawPointer, Int, UnsafeRawPointer, Int, UnsafeMutableRawPointer, Int) -> Void,
        _ outputs: StridedMatrix<Scalar>, _ gradient: inout StridedMatrix<Scalar>
    ) {
        let (rows, columns, stride) = (gradient.rows, gradient.columns, gradient.stride)
        outputs.memory.withUnsafeBytes { y in
            gradient.memory.withUnsafeMutableBytes {
                kernel(
                    rows, columns, y.baseAddress!, outputs.stride, $0.baseAddress!, stride, $0.baseAddress!, stride)
            }
        }
    }

    private func expect<Scalar: KernelScalar>(
        _ found: StridedMatrix<Scalar>, _ expected: (Int, Int) -> Double, tolerance: Double,
        floor: (Int, Int) -> Double = { _, _ in 1e-3 }, _ name: String
    ) {
        #expect(found.gapsAreUntouched, "\(name) writes between rows")
        let matrix = found.matrix
        for row in 0..<found.rows {
            for column in 0..<found.columns {
                let value = Double(matrix[row, column])
                let wanted = expected(row, column)
                let fits =
                    abs(value - wanted) <= tolerance * Double(Scalar.ulpOfOne) * max(abs(wanted), floor(row, column))
                guard !fits else { continue }
                #expect(fits, "\(name), \(found.rows)x\(found.columns), at \(row),\(column): \(value), not \(wanted)")
                return
            }
        }
    }

    private func check<Scalar: KernelScalar>(_ set: InstructionSet, _ type: Scalar.Type) {
        let table = Scalar.table(set).functions
        var generator = RandomGenerator(seed: 17)
        for columns in kernelColumns {
            let rows = columns % 3 + 1
            for gap in [0, 1 + columns % 4] {
                let x = generator.matrix(rows, columns, of: type)
                let g = generator.matrix(rows, columns, of: type)
                func z(_ row: Int, _ column: Int) -> Double { Double(x[row, column]) }

                var y = StridedMatrix(x, gap: gap)
                apply(table.softmax, &y)
                let exponentials = (0..<rows).map { row in (0..<columns).map { exp(z(row, $0)) } }
                let sums = exponentials.map { $0.reduce(0, +) }
                expect(y, { exponentials[$0][$1] / sums[$0] }, tolerance: 16, "softmax")
                var gradient = StridedMatrix(g, gap: columns % 3)
                let p = y.matrix
                apply(table.softmax_backward, y, &gradient)
                // Not in place it is the same.
                var apart = StridedMatrix<Scalar>(rows: rows, columns: columns, gap: 2) { _, _ in .nan }
                x.elements.withUnsafeBytes { x in
                    apart.memory.withUnsafeMutableBytes {
                        table.softmax(rows, columns, x.baseAddress!, columns, $0.baseAddress!, columns + 2)
                    }
                }
                #expect(apart.matrix == p && apart.gapsAreUntouched, "softmax, not in place")
                g.elements.withUnsafeBytes { g in
                    y.memory.withUnsafeBytes { y_ in
                        apart.memory.withUnsafeMutableBytes {
                            table.softmax_backward(
                                rows, columns, y_.baseAddress!, y.stride, g.baseAddress!, columns, $0.baseAddress!,
                                columns + 2)
                        }
                    }
                }
                #expect(apart.matrix == gradient.matrix && apart.gapsAreUntouched, "softmax backward, not in place")
                let projections = (0..<rows).map { row in
                    (0..<columns).reduce(0.0) { $0 + Double(p[row, $1]) * Double(g[row, $1]) }
                }
                let lengths = (0..<rows).map { row in
                    (0..<columns).reduce(0.0) { $0 + Double(p[row, $1]) * abs(Double(g[row, $1])) }
                }
                expect(
                    gradient, { Double(p[$0, $1]) * (Double(g[$0, $1]) - projections[$0]) }, tolerance: 4,
                    // Where they nearly cancel, the roundings of the gradient and of the sum remain.
                    floor: { Double(p[$0, $1]) * (abs(Double(g[$0, $1])) + lengths[$0]) }, "softmax backward")

                y = StridedMatrix(x, gap: gap)
                apply(table.log_softmax, &y)
                expect(y, { z($0, $1) - log(sums[$0]) }, tolerance: 16, floor: { _, _ in 1 }, "log softmax")
                gradient = StridedMatrix(g, gap: columns % 3)
                let logarithms = y.matrix
                apply(table.log_softmax_backward, y, &gradient)
                let totals = (0..<rows).map { row in (0..<columns).reduce(0.0) { $0 + Double(g[row, $1]) } }
                expect(
                    gradient, { Double(g[$0, $1]) - exp(Double(logarithms[$0, $1])) * totals[$0] }, tolerance: 64,
                    floor: { _, _ in 1 }, "log softmax backward")
            }
        }
    }

    @Test(arguments: kernelVariants) func inDouble(_ set: InstructionSet) { check(set, Double.self) }
    @Test(arguments: kernelVariants) func inFloat(_ set: InstructionSet) { check(set, Float.self) }

    private func row<Scalar: KernelScalar>(_ values: [Scalar]) -> StridedMatrix<Scalar> {
        StridedMatrix(Matrix([values]), gap: 0)
    }

    private func checkExtremes<Scalar: KernelScalar>(_ set: InstructionSet, _ type: Scalar.Type) {
        let table = Scalar.table(set).functions
        // Alone and in a row long enough for a second block of lanes, at every place.
        for length in [1, 2, 9, 130] {
            for place in 0..<length {
                func spread(_ value: Scalar) -> StridedMatrix<Scalar> {
                    var values = [Scalar](repeating: -0.25, count: length)
                    values[place] = value
                    return row(values)
                }
                // One huge value takes all; huge values of one size share.
                for huge in [Scalar(1000), 1e30, .greatestFiniteMagnitude] {
                    var values = spread(huge)
                    apply(table.softmax, &values)
                    for index in 0..<length { #expect(values.memory[index] == (index == place ? 1 : 0)) }
                    var equal = row([Scalar](repeating: huge, count: length))
                    apply(table.softmax, &equal)
                    #expect(equal.memory.allSatisfy { abs($0 * Scalar(length) - 1) < 8 * .ulpOfOne })
                    var low = row([Scalar](repeating: -huge, count: length))
                    apply(table.softmax, &low)
                    #expect(low.memory.allSatisfy { abs($0 * Scalar(length) - 1) < 8 * .ulpOfOne })
                }
                // The logarithms keep what the probabilities have lost: at ±10⁴ as anywhere.
                for huge in [Scalar(1e4), 1e30] {
                    var values = spread(huge)
                    apply(table.log_softmax, &values)
                    for index in 0..<length { #expect(values.memory[index] == (index == place ? 0 : -0.25 - huge)) }
                    var low = row([Scalar](repeating: -huge, count: length))
                    apply(table.log_softmax, &low)
                    let expected = -Scalar(log(Double(length)))
                    #expect(low.memory.allSatisfy { abs($0 - expected) <= 8 * .ulpOfOne * abs(expected) })
                }
                if length > 1 {
                    var values = spread(-.infinity)
                    apply(table.softmax, &values)
                    #expect(values.memory[place] == 0)
                    let sum: Scalar = values.memory.reduce(0, +)
                    #expect(abs(sum - 1) < 8 * Scalar.ulpOfOne)
                }
                var values = spread(.nan)
                apply(table.softmax, &values)
                #expect(values.memory.allSatisfy { $0.isNaN })
                values = spread(.nan)
                apply(table.log_softmax, &values)
                #expect(values.memory.allSatisfy { $0.isNaN })
            }
        }
    }

    @Test(arguments: kernelVariants) func extremesInDouble(_ set: InstructionSet) { checkExtremes(set, Double.self) }
    @Test(arguments: kernelVariants) func extremesInFloat(_ set: InstructionSet) { checkExtremes(set, Float.self) }

    /// Softmax doesn't change when a constant is added to a row.
    @Test(arguments: kernelVariants) func softmaxOfShiftedRows(_ set: InstructionSet) {
        var generator = RandomGenerator(seed: 18)
        let x = generator.matrix(3, 37, of: Double.self)
        var plain = StridedMatrix(x, gap: 0)
        var shifted = StridedMatrix<Double>(rows: 3, columns: 37, gap: 2) { x[$0, $1] + 512 }
        apply(Double.table(set).functions.softmax, &plain)
        apply(Double.table(set).functions.softmax, &shifted)
        #expect(firstDifference(shifted.matrix.elements, plain.matrix.elements, relative: 1e-12) == nil)
    }
}
