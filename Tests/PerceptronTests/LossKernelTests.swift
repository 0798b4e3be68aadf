import Foundation
import Testing

@testable import Perceptron

/// The losses of every instruction set against plain Swift: strides, weights, targets as a matrix and as classes.
@Suite struct LossKernelTests {
    /// A loss, and what it is for one row in Double, given what each class counts there.
    struct Case: Sendable, CustomTestStringConvertible {
        typealias Row = @Sendable (_ y: [Double], _ t: [Double]) -> (loss: Double, gradient: [Double])

        let testDescription: String
        let kernel: LossKernel
        var outputs = Outputs.normal
        var targetColumns: @Sendable (Int) -> Int = { $0 }
        var takesClasses = true
        var takesOneColumn: Bool { ![.hinge, .divergence, .classes, .cosine].contains(kernel.kind) }
        let row: Row

        enum Outputs { case normal, distributions, logarithms }

        /// A loss of single elements.
        static func elements(
            _ name: String, _ kernel: LossKernel, outputs: Outputs = .normal,
            _ element: @escaping @Sendable (_ y: Double, _ t: Double) -> (Double, Double)
        ) -> Case {
            Case(testDescription: name, kernel: kernel, outputs: outputs) { y, t in
                let parts = zip(y, t).map { element($0, $1) }
                return (parts.reduce(0) { $0 + $1.0 }, parts.map(\.1))
            }
        }
    }

    private static func sigmoid(_ y: Double) -> Double { 1 / (1 + exp(-y)) }

    private static func softmax(_ z: [Double]) -> [Double] {
        let top = z.max() ?? 0
        let sum = z.reduce(0) { $0 + exp($1 - top) }
        return z.map { exp($0 - top) / sum }
    }

    /// −Σ t (1 − p)ᵞ log p and its gradient with respect to log p.
    private static func focal(_ p: [Double], _ t: [Double], gamma: Double) -> (loss: Double, slopes: [Double]) {
        let loss = zip(p, t).reduce(0) { $0 - $1.1 * pow(1 - $1.0, gamma) * log($1.0) }
        return (
            loss,
            zip(p, t).map { p, t in
                t * (p == 1 ? (gamma == 0 ? -1 : 0) : gamma * p * pow(1 - p, gamma - 1) * log(p) - pow(1 - p, gamma))
            }
        )
    }

    static let cases: [Case] = [
        .elements("squared", LossKernel(kind: .squared)) { (($0 - $1) * ($0 - $1), 2 * ($0 - $1)) },
        .elements("absolute", LossKernel(kind: .absolute)) { (abs($0 - $1), $0 > $1 ? 1 : $0 < $1 ? -1 : 0) },
        .elements("huber", LossKernel(kind: .huber, parameter: 0.75)) { y, t in
            let e = abs(y - t)
            return (e <= 0.75 ? e * e / 2 : 0.75 * (e - 0.375), max(-0.75, min(0.75, y - t)))
        },
        .elements("smooth L1", LossKernel(kind: .smoothL1, parameter: 0.5)) { y, t in
            let e = abs(y - t)
            return (e < 0.5 ? e * e : e - 0.25, max(-1, min(1, (y - t) / 0.5)))
        },
        .elements("log cosh", LossKernel(kind: .logCosh)) { (log(cosh($0 - $1)), tanh($0 - $1)) },
        .elements("Poisson", LossKernel(kind: .poisson)) { (exp($0) - $0 * $1, exp($0) - $1) },
        Case(
            testDescription: "quantile", kernel: LossKernel(kind: .quantile, parameters: [0.125, 0.5, 0.75]),
            targetColumns: { $0 / 3 }, takesClasses: false
        ) { y, t in
            let parts = y.indices.map { index in
                let (tau, e) = ([0.125, 0.5, 0.75][index % 3], t[index / 3] - y[index])
                return (max(tau * e, (tau - 1) * e), e > 0 ? -tau : 1 - tau)
            }
            return (parts.reduce(0) { $0 + $1.0 }, parts.map(\.1))
        },
        Case(
            testDescription: "Gaussian", kernel: LossKernel(kind: .gaussian, parameter: -1), targetColumns: { $0 / 2 },
            takesClasses: false
        ) { y, t in
            var (sum, gradient) = (0.0, y)
            for c in t.indices {
                let (s, d) = (max(-1, y[t.count + c]), y[c] - t[c])
                sum += (s + d * d * exp(-s)) / 2
                gradient[c] = d * exp(-s)
                gradient[t.count + c] = y[t.count + c] < -1 ? 0 : (1 - d * d * exp(-s)) / 2
            }
            return (sum, gradient)
        },
        Case(testDescription: "cosine", kernel: LossKernel(kind: .cosine, parameter: 1e-8)) { y, t in
            let length = { (v: [Double]) in max(1e-8, v.reduce(0) { $0 + $1 * $1 }.squareRoot()) }
            let cosine = zip(y, t).reduce(0) { $0 + $1.0 * $1.1 } / (length(y) * length(t))
            return (
                1 - cosine,
                zip(y, t).map { $0 * cosine / (length(y) * length(y)) - $1 / (length(y) * length(t)) }
            )
        },
        .elements("binary", LossKernel(kind: .binary)) { y, t in
            (-t * log(sigmoid(y)) - (1 - t) * log(sigmoid(-y)), sigmoid(y) - t)
        },
        .elements("binary of probabilities", LossKernel(kind: .binary, form: .probabilities), outputs: .distributions) {
            p, t in
            let p = min(p, 1 - 1e-12)
            return (-t * log(p) - (1 - t) * log(1 - p), p == 1 - 1e-12 ? 0 : -t / p + (1 - t) / (1 - p))
        },
        .elements("binary focal", LossKernel(kind: .binary, parameter: 1.5)) { y, t in
            let (p, q) = (sigmoid(y), sigmoid(-y))
            let (one, other) = (focal([p], [t], gamma: 1.5), focal([q], [1 - t], gamma: 1.5))
            return (one.loss + other.loss, one.slopes[0] * q - other.slopes[0] * p)
        },
        Case(testDescription: "softmax cross-entropy", kernel: LossKernel(kind: .classes)) { z, t in
            let (p, weight) = (softmax(z), t.reduce(0, +))
            return (-zip(p, t).reduce(0) { $0 + $1.1 * log($1.0) }, zip(p, t).map { weight * $0 - $1 })
        },
        Case(testDescription: "divergence", kernel: LossKernel(kind: .divergence)) { z, t in
            let (p, weight) = (softmax(z), t.reduce(0, +))
            return (
                zip(p, t).reduce(0) { $0 + ($1.1 > 0 ? $1.1 * (log($1.1) - log($1.0)) : 0) },
                zip(p, t).map { weight * $0 - $1 }
            )
        },
        Case(testDescription: "softmax focal", kernel: LossKernel(kind: .classes, parameter: 2)) { z, t in
            let p = softmax(z)
            let (loss, slopes) = focal(p, t, gamma: 2)
            let all = slopes.reduce(0, +)
            return (loss, zip(p, slopes).map { $1 - $0 * all })
        },
        Case(
            testDescription: "cross-entropy", kernel: LossKernel(kind: .classes, form: .probabilities),
            outputs: .distributions
        ) { p, t in
            (-zip(p, t).reduce(0) { $0 + $1.1 * log($1.0) }, zip(p, t).map { -$1 / $0 })
        },
        Case(
            testDescription: "focal of logarithms",
            kernel: LossKernel(kind: .classes, form: .logProbabilities, parameter: 3),
            outputs: .logarithms
        ) { l, t in
            let (loss, slopes) = focal(l.map { exp($0) }, t, gamma: 3)
            return (loss, slopes)
        },
        Case(testDescription: "hinge", kernel: LossKernel(kind: .hinge, parameter: 1.25)) { y, t in
            var (sum, gradient) = (0.0, y.map { _ in 0.0 })
            for k in y.indices {
                for c in y.indices where c != k && 1.25 - y[k] + y[c] > 0 {
                    sum += t[k] * (1.25 - y[k] + y[c]) / Double(y.count)
                    gradient[c] += t[k] / Double(y.count)
                    gradient[k] -= t[k] / Double(y.count)
                }
            }
            return (sum, gradient)
        },
    ]

    private func call<Scalar: KernelScalar>(
        _ set: InstructionSet, _ kernel: LossKernel, _ outputs: StridedMatrix<Scalar>,
        _ targets: StridedMatrix<Scalar>?, _ classes: [Int], weights: [Double] = [], classWeights: [Double] = [],
        scale: Double, _ gradient: inout StridedMatrix<Scalar>
    ) -> Double {
        let stride = gradient.stride
        let parameters = kernel.parameters.isEmpty ? [kernel.parameter] : kernel.parameters
        return outputs.memory.withUnsafeBytes { y in
            (targets?.memory ?? []).withUnsafeBytes { t in
                gradient.memory.withUnsafeMutableBytes { g in
                    classes.withUnsafeBufferPointer { classes in
                        weights.withUnsafeBufferPointer { weights in
                            classWeights.withUnsafeBufferPointer { classWeights in
                                parameters.withUnsafeBufferPointer { parameters in
                                    var call = Kernels.LossCall(
                                        kind: kernel.kind, form: kernel.form, parameters: parameters.baseAddress!,
                                        parameter_count: parameters.count, smoothing: kernel.labelSmoothing,
                                        rows: outputs.rows, columns: outputs.columns, outputs: y.baseAddress!,
                                        outputs_stride: outputs.stride, targets: targets == nil ? nil : t.baseAddress!,
                                        targets_stride: targets?.stride ?? 0,
                                        classes: targets == nil ? classes.baseAddress : nil,
                                        weights: weights.isEmpty ? nil : weights.baseAddress,
                                        class_weights: classWeights.isEmpty ? nil : classWeights.baseAddress,
                                        scale: scale, gradient: g.baseAddress!, gradient_stride: stride)
                                    return Scalar.table(set).functions.loss(&call)
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    private func check<Scalar: KernelScalar>(_ set: InstructionSet, _ test: Case, _ type: Scalar.Type) {
        var generator = RandomGenerator(seed: 19)
        let unit = Double(Scalar.ulpOfOne)
        for columns in kernelColumns {
            let width = test.targetColumns(columns)
            // Some losses take two or three outputs for a target.
            if width < columns, columns % 6 != 0 { continue }
            // The others are no losses of one number, or are constant there.
            if columns == 1, test.outputs != .normal || !test.takesOneColumn { continue }
            let rows = columns % 3 + 1
            let gap = columns % 2 == 0 ? 0 : 1 + columns % 5
            var y =
                test.outputs == .normal
                ? generator.matrix(rows, columns, of: type) : generator.distributions(rows, columns, of: type)
            if test.outputs == .logarithms {
                for index in y.elements.indices { y.elements[index] = Scalar(log(Double(y.elements[index]))) }
            }
            let classes = generator.classes(rows, below: max(2, width))
            var oneHot = Matrix<Scalar>(rows: rows, columns: width)
            for row in 0..<rows {
                for column in 0..<width where classes[row] == column + (width == 1 ? 1 : 0) { oneHot[row, column] = 1 }
            }
            let values = Matrix<Scalar>(
                rows: rows, columns: width, elements: (0..<rows * width).map { _ in Scalar(generator.nextUniform()) })
            let weights = (0..<rows).map { $0 % 3 == 1 ? 0 : 0.5 + Double($0) }
            let scale = 1 / Double(rows * 7)
            func compare(_ t: Matrix<Scalar>, _ weights: [Double], _ gaps: (Int, Int, Int), asClasses: Bool) {
                var outputs = y
                // A row that doesn't count may hold anything.
                for (row, weight) in weights.enumerated() where weight == 0 { outputs[row, 0] = .infinity }
                var found = StridedMatrix<Scalar>(rows: rows, columns: columns, gap: gaps.2) { _, _ in .nan }
                let sum = call(
                    set, test.kernel, StridedMatrix(outputs, gap: gaps.0),
                    asClasses ? nil : StridedMatrix(t, gap: gaps.1), classes, weights: weights, scale: scale, &found)
                var expected = (sum: 0.0, gradient: [Double]())
                for row in 0..<rows {
                    let one = test.row(
                        (0..<columns).map { Double(y[row, $0]) }, (0..<width).map { Double(t[row, $0]) })
                    let weight = weights.isEmpty ? 1 : weights[row]
                    expected.sum += weight * one.loss
                    expected.gradient += one.gradient.map { weight * scale * $0 }
                }
                let label: Comment = "\(rows)x\(columns), gaps \(gaps), classes \(asClasses), \(weights)"
                #expect(abs(sum - expected.sum) <= 64 * unit * max(1, abs(expected.sum)), label)
                #expect(
                    firstDifference(
                        found.matrix.elements.map { Double($0) }, expected.gradient, relative: 256 * unit, floor: 1)
                        == nil, label)
                #expect(found.gapsAreUntouched, label)
            }
            for t in [oneHot, values] {
                compare(t, [], (gap, gap, gap), asClasses: false)
                compare(t, weights, (gap, gap, gap), asClasses: false)
                // Strides that differ, and one alone that isn't the width.
                for gaps in [(1, 2, 3), (1, 0, 0), (0, 1, 0), (0, 0, 1)] where columns < 20 {
                    compare(t, [], gaps, asClasses: false)
                }
            }
            if test.takesClasses {
                compare(oneHot, [], (gap, 0, gap), asClasses: true)
                compare(oneHot, weights, (gap, 0, gap), asClasses: true)
            }
        }
    }

    @Test(arguments: kernelVariants, cases) func inDouble(_ set: InstructionSet, _ test: Case) {
        check(set, test, Double.self)
    }

    @Test(arguments: kernelVariants, cases) func inFloat(_ set: InstructionSet, _ test: Case) {
        check(set, test, Float.self)
    }

    /// Below the clip the loss is −log 10⁻¹² and flat, above 1 it is 0 and flat; NaN reaches the sum.
    private func checkClip<Scalar: KernelScalar>(_ set: InstructionSet, _ type: Scalar.Type) {
        let kernel = LossKernel(kind: .classes, form: .probabilities)
        let lowest = Double(Scalar(1e-12))
        let cases: [(Scalar, Double, Double)] = [
            (0, -log(lowest), 0), (1e-13, -log(lowest), 0), (-1, -log(lowest), 0), (1.5, 0, 0), (1, 0, -2),
            (0.5, log(2), -4), (Scalar(1e-12), -log(lowest), -2 / lowest), (.nan, .nan, 0),
        ]
        for (p, loss, slope) in cases {
            let outputs = StridedMatrix(Matrix<Scalar>([[0.25, p, 0.25]]), gap: 0)
            let targets = StridedMatrix(Matrix<Scalar>([[0, 1, 0]]), gap: 0)
            for asClasses in [true, false] {
                var gradient = StridedMatrix(Matrix<Scalar>([[9, 9, 9]]), gap: 0)
                let sum = call(set, kernel, outputs, asClasses ? nil : targets, [1], scale: 2, &gradient)
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
            set, kernel, StridedMatrix(Matrix<Scalar>([[0, 1]]), gap: 0),
            StridedMatrix(Matrix<Scalar>([[0, 1]]), gap: 0), [], scale: 1, &gradient)
        #expect(sum == 0)
        #expect(gradient.memory == [0, -1])
    }

    @Test(arguments: kernelVariants) func clipInDouble(_ set: InstructionSet) { checkClip(set, Double.self) }
    @Test(arguments: kernelVariants) func clipInFloat(_ set: InstructionSet) { checkClip(set, Float.self) }

    /// From logits, nothing overflows and nothing is clipped.
    private func checkHugeLogits<Scalar: KernelScalar>(_ set: InstructionSet, _ type: Scalar.Type) {
        let logits = StridedMatrix(Matrix<Scalar>([[1000, -1000], [-1000, 1000], [1e30, 1e30]]), gap: 0)
        let targets = StridedMatrix(Matrix<Scalar>([[1, 0], [1, 0], [0, 1]]), gap: 0)
        for asClasses in [true, false] {
            var gradient = logits
            let sum = call(
                set, LossKernel(kind: .classes), logits, asClasses ? nil : targets, [0, 0, 1], scale: 1, &gradient)
            #expect(abs(sum - (2000 + log(2))) < 1e-3)
            #expect(gradient.memory == [0, 0, -1, 1, 0.5, -0.5])
        }
        // 10⁴ on the wrong side costs 10⁴, whichever loss of two classes; on the right side nothing.
        let column = StridedMatrix(Matrix<Scalar>([[1e4], [-1e4], [1e4], [-1e4]]), gap: 0)
        for gamma in [0.0, 2] {
            for kind in [Kernels.LossKind.binary, .classes] {
                var gradient = column
                let sum = call(
                    set, LossKernel(kind: kind, parameter: gamma), column, nil, [0, 1, 1, 0], scale: 1, &gradient)
                #expect(sum == 20000)
                #expect(gradient.memory == [1, -1, 0, 0])
            }
        }
    }

    @Test(arguments: kernelVariants) func hugeLogitsInDouble(_ set: InstructionSet) {
        checkHugeLogits(set, Double.self)
    }
    @Test(arguments: kernelVariants) func hugeLogitsInFloat(_ set: InstructionSet) { checkHugeLogits(set, Float.self) }
}
