import Foundation
import Testing

@testable import Perceptron

/// The losses of every instruction set against plain Swift, with targets as a matrix and as classes.
@Suite struct LossKernelTests {
    private func call<Scalar: KernelScalar>(
        _ kernel: Kernels.LossKernels, _ outputs: StridedMatrix<Scalar>, _ targets: StridedMatrix<Scalar>,
        scale: Double, _ gradient: inout StridedMatrix<Scalar>
    ) -> Double {
        let stride = gradient.stride
        return outputs.memory.withUnsafeBytes { y in
            targets.memory.withUnsafeBytes { t in
                gradient.memory.withUnsafeMutableBytes { g in
                    kernel.matrix(
                        outputs.rows, outputs.columns, y.baseAddress!, outputs.stride, t.baseAddress!, targets.stride,
                        scale, g.baseAddress!, stride)
                }
            }
        }
    }

    private func call<Scalar: KernelScalar>(
        _ kernel: Kernels.LossKernels, _ outputs: StridedMatrix<Scalar>, _ classes: [Int], scale: Double,
        _ gradient: inout StridedMatrix<Scalar>
    ) -> Double {
        let stride = gradient.stride
        return outputs.memory.withUnsafeBytes { y in
            gradient.memory.withUnsafeMutableBytes { g in
                kernel.classes(
                    outputs.rows, outputs.columns, y.baseAddress!, outputs.stride, classes, scale, g.baseAddress!,
                    stride)
            }
        }
    }

    /// A loss's sum over the rows and its gradient times `scale`, in Double.
    private typealias Reference =
        @Sendable (
            _ outputs: Matrix<Double>, _ targets: Matrix<Double>, _ scale: Double
        ) -> (sum: Double, gradient: Matrix<Double>)

    private static let meanSquaredError: Reference = { y, t, scale in
        var gradient = y
        var sum = 0.0
        for i in y.elements.indices {
            let difference = y.elements[i] - t.elements[i]
            sum += difference * difference
            gradient.elements[i] = 2 * scale * difference
        }
        return (sum, gradient)
    }

    private static let crossEntropy: Reference = { y, t, scale in
        var gradient = y
        var sum = 0.0
        for i in y.elements.indices {
            sum -= t.elements[i] * log(y.elements[i])
            gradient.elements[i] = -scale * t.elements[i] / y.elements[i]
        }
        return (sum, gradient)
    }

    private static let softmaxCrossEntropy: Reference = { z, t, scale in
        var gradient = z
        var sum = 0.0
        for row in 0..<z.rows {
            let values = z.rows([row]).elements
            let top = values.reduce(values[0]) { max($0, $1) }
            let exponentials = values.map { exp($0 - top) }
            let total = exponentials.reduce(0, +)
            let weight = t.rows([row]).elements.reduce(0, +)
            for column in 0..<z.columns {
                sum -= t[row, column] * (values[column] - top - log(total))
                gradient[row, column] = scale * (weight * exponentials[column] / total - t[row, column])
            }
        }
        return (sum, gradient)
    }

    private func check<Scalar: KernelScalar>(_ set: InstructionSet, _ type: Scalar.Type) {
        let table = Scalar.table(set).functions
        var generator = RandomGenerator(seed: 19)
        typealias Pair = Kernels.LossKernels
        let losses: [(String, Pair, Reference, Bool)] = [
            (
                "MSE", Pair(matrix: table.mean_squared_error, classes: table.mean_squared_error_classes),
                Self.meanSquaredError, false
            ),
            (
                "CE", Pair(matrix: table.cross_entropy, classes: table.cross_entropy_classes), Self.crossEntropy, true
            ),
            (
                "softmax CE", Pair(matrix: table.softmax_cross_entropy, classes: table.softmax_cross_entropy_classes),
                Self.softmaxCrossEntropy, false
            ),
        ]
        for columns in kernelColumns {
            let rows = columns % 3 + 1
            for (name, kernel, reference, probabilities) in losses {
                let gap = columns % 2 == 0 ? 0 : 1 + columns % 5
                let y =
                    probabilities
                    ? generator.distributions(rows, columns, of: type) : generator.matrix(rows, columns, of: type)
                let classes = generator.classes(rows, below: columns)
                var oneHot = Matrix<Scalar>(rows: rows, columns: columns)
                for row in 0..<rows { oneHot[row, classes[row]] = 1 }
                let weighted = Matrix<Scalar>(
                    rows: rows, columns: columns,
                    elements: (0..<rows * columns).map { _ in Scalar(generator.nextUniform()) })
                let scale = 1 / Double(rows * 7)
                func compare(_ sum: Double, _ found: StridedMatrix<Scalar>, _ t: Matrix<Scalar>, _ kind: String) {
                    let expected = reference(Matrix<Double>(y), Matrix<Double>(t), scale)
                    let label: Comment = "\(name), \(rows)x\(columns), \(kind)"
                    let unit = Double(Scalar.ulpOfOne)
                    #expect(abs(sum - expected.sum) <= 32 * unit * max(1, abs(expected.sum)), label)
                    #expect(
                        firstDifference(
                            found.matrix.elements.map { Double($0) }, expected.gradient.elements,
                            relative: 64 * unit, floor: 1) == nil, label)
                    #expect(found.gapsAreUntouched, label)
                }
                let blank = StridedMatrix<Scalar>(rows: rows, columns: columns, gap: gap) { _, _ in .nan }
                for targets in [oneHot, weighted] {
                    var gradient = blank
                    let sum = call(
                        kernel, StridedMatrix(y, gap: gap), StridedMatrix(targets, gap: gap), scale: scale, &gradient)
                    compare(sum, gradient, targets, "matrix")
                    // Strides that differ, and one alone that isn't the width.
                    for gaps in [(1, 2, 3), (1, 0, 0), (0, 1, 0), (0, 0, 1)] where columns < 40 {
                        var other = StridedMatrix<Scalar>(rows: rows, columns: columns, gap: gaps.2) { _, _ in .nan }
                        let sameSum = call(
                            kernel, StridedMatrix(y, gap: gaps.0), StridedMatrix(targets, gap: gaps.1), scale: scale,
                            &other)
                        compare(sameSum, other, targets, "matrix, other strides")
                    }
                }
                var gradient = blank
                let sum = call(kernel, StridedMatrix(y, gap: gap), classes, scale: scale, &gradient)
                compare(sum, gradient, oneHot, "classes")
            }
        }
    }

    @Test(arguments: kernelVariants) func inDouble(_ set: InstructionSet) { check(set, Double.self) }
    @Test(arguments: kernelVariants) func inFloat(_ set: InstructionSet) { check(set, Float.self) }

    /// Below the clip the loss is −log 10⁻¹² and flat, above 1 it is 0 and flat; NaN reaches the sum.
    private func checkClip<Scalar: KernelScalar>(_ set: InstructionSet, _ type: Scalar.Type) {
        let table = Scalar.table(set).functions
        let kernel = Kernels.LossKernels(matrix: table.cross_entropy, classes: table.cross_entropy_classes)
        let lowest = Double(Scalar(1e-12))
        let cases: [(Scalar, Double, Double)] = [
            (0, -log(lowest), 0), (1e-13, -log(lowest), 0), (-1, -log(lowest), 0), (1.5, 0, 0), (1, 0, -2),
            (0.5, log(2), -4), (Scalar(1e-12), -log(lowest), -2 / lowest), (.nan, .nan, 0),
        ]
        for (p, loss, slope) in cases {
            let outputs = StridedMatrix(Matrix<Scalar>([[0.25, p, 0.25]]), gap: 0)
            let targets = StridedMatrix(Matrix<Scalar>([[0, 1, 0]]), gap: 0)
            for classes in [true, false] {
                var gradient = StridedMatrix(Matrix<Scalar>([[9, 9, 9]]), gap: 0)
                let sum =
                    classes
                    ? call(kernel, outputs, [1], scale: 2, &gradient)
                    : call(kernel, outputs, targets, scale: 2, &gradient)
                if loss.isNaN {
                    #expect(sum.isNaN)
                } else {
                    #expect(abs(sum - loss) <= 1e-6 * max(1, loss) * (Scalar.self == Float.self ? 1 : 1e-6))
                    #expect(abs(Double(gradient.memory[1]) - slope) <= 1e-6 * abs(slope))
                }
                #expect(gradient.memory[0] == 0 && gradient.memory[2] == 0)
            }
        }
        // A probability of 0 that no target asks for costs nothing.
        var gradient = StridedMatrix(Matrix<Scalar>([[9, 9]]), gap: 0)
        let sum = call(
            kernel, StridedMatrix(Matrix<Scalar>([[0, 1]]), gap: 0), StridedMatrix(Matrix<Scalar>([[0, 1]]), gap: 0),
            scale: 1, &gradient)
        #expect(sum == 0)
        #expect(gradient.memory == [0, -1])
    }

    @Test(arguments: kernelVariants) func clipInDouble(_ set: InstructionSet) { checkClip(set, Double.self) }
    @Test(arguments: kernelVariants) func clipInFloat(_ set: InstructionSet) { checkClip(set, Float.self) }

    /// Fused, nothing overflows and nothing is clipped.
    private func checkHugeLogits<Scalar: KernelScalar>(_ set: InstructionSet, _ type: Scalar.Type) {
        let table = Scalar.table(set).functions
        let kernel = Kernels.LossKernels(
            matrix: table.softmax_cross_entropy, classes: table.softmax_cross_entropy_classes)
        let logits = StridedMatrix(Matrix<Scalar>([[1000, -1000], [-1000, 1000], [1e30, 1e30]]), gap: 0)
        let targets = StridedMatrix(Matrix<Scalar>([[1, 0], [1, 0], [0, 1]]), gap: 0)
        for classes in [true, false] {
            var gradient = logits
            let sum =
                classes
                ? call(kernel, logits, [0, 0, 1], scale: 1, &gradient)
                : call(kernel, logits, targets, scale: 1, &gradient)
            #expect(abs(sum - (2000 + log(2))) < 1e-3)
            #expect(gradient.memory == [0, 0, -1, 1, 0.5, -0.5])
        }
    }

    @Test(arguments: kernelVariants) func hugeLogitsInDouble(_ set: InstructionSet) {
        checkHugeLogits(set, Double.self)
    }
    @Test(arguments: kernelVariants) func hugeLogitsInFloat(_ set: InstructionSet) { checkHugeLogits(set, Float.self) }
}
