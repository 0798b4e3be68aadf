import Foundation
import Testing

@testable import Perceptron

/// Sines and cosines of whole turns in every instruction set, and the gradients of an ensemble's members.
@Suite struct PeriodicKernelTests {
    /// sin 2πt and cos 2πt, of the fraction of t, in which no digit is lost.
    private func expected(_ t: Double) -> (sin: Double, cos: Double) {
        let rest = t - t.rounded()
        return (sin(2 * .pi * rest), cos(2 * .pi * rest))
    }

    private func checkTurns<Scalar: KernelScalar>(_ set: InstructionSet, _ type: Scalar.Type) {
        let table = Scalar.table(set).functions
        var generator = RandomGenerator(seed: 70)
        var turns: [Scalar] = [0, -0.0, 0.25, -0.25, 0.5, -0.5, 0.75, 1, -1, 1e-30, 123.25, -77.5, 3e9, 1e30, -1e30]
        turns += (0..<500).map { _ in Scalar(generator.nextNormalPair().0 * 3) }
        turns += (0..<100).map { _ in Scalar(generator.nextNormalPair().0 * 1000) }
        // So large that what rounds a number of turns to the nearest half no longer does, and is still felt.
        for exponent in Scalar.self == Float.self ? 44...49 : 102...107 {
            turns += [1, -1.25, 1.5].map { Scalar($0 * Double(sign: .plus, exponent: exponent, significand: 1)) }
        }
        let count = turns.count
        for phases in [false, true] {
            // One column, whose only number is 1; its frequencies are the turns.
            let width = phases ? count + 1 : 2 * count
            let (one, zeros) = ([Scalar(1)], [Scalar](repeating: 0, count: count))
            var outputs = [Scalar](repeating: .nan, count: width)
            one.withUnsafeBytes { x in
                turns.withUnsafeBytes { f in
                    zeros.withUnsafeBytes { p in
                        outputs.withUnsafeMutableBytes {
                            table.periodic(
                                1, 1, x.baseAddress!, 1, count, f.baseAddress!, phases ? p.baseAddress! : nil,
                                $0.baseAddress!, width)
                        }
                    }
                }
            }
            let allowed = 2 * Double(Scalar.ulpOfOne)
            for (index, turn) in turns.enumerated() {
                let (sine, cosine) = expected(Double(turn))
                #expect(abs(Double(outputs[phases ? index : count + index]) - cosine) <= allowed, "cos of \(turn)")
                if !phases { #expect(abs(Double(outputs[index]) - sine) <= allowed, "sin of \(turn)") }
            }
            if phases { #expect(outputs[count] == 1) }
        }
    }

    @Test(arguments: kernelVariants) func turnsInDouble(_ set: InstructionSet) { checkTurns(set, Double.self) }
    @Test(arguments: kernelVariants) func turnsInFloat(_ set: InstructionSet) { checkTurns(set, Float.self) }

    private func checkGradients<Scalar: KernelScalar>(_ set: InstructionSet, _ type: Scalar.Type) {
        let table = Scalar.table(set).functions
        var generator = RandomGenerator(seed: 71)
        // So many that they are worked on in blocks, and few.
        for (columns, frequencies) in [(3, 7), (2, 40), (1, 300)] {
            for phases in [false, true] {
                let (rows, width) = (5, columns * (phases ? frequencies + 1 : 2 * frequencies))
                let x = StridedMatrix(generator.matrix(rows, columns, of: type), gap: 1)
                let g = StridedMatrix(generator.matrix(rows, width, of: type), gap: 2)
                let f = generator.matrix(columns, frequencies, of: type)
                let p = generator.matrix(columns, frequencies, of: type)
                var back = StridedMatrix<Scalar>(rows: rows, columns: columns, gap: 1) { _, _ in .nan }
                // What is there is added to.
                var sums = [Scalar](repeating: 1, count: columns * frequencies)
                var phaseSums = sums
                x.memory.withUnsafeBytes { x_ in
                    g.memory.withUnsafeBytes { g_ in
                        f.elements.withUnsafeBytes { f_ in
                            p.elements.withUnsafeBytes { p_ in
                                back.memory.withUnsafeMutableBytes { d in
                                    sums.withUnsafeMutableBytes { s in
                                        phaseSums.withUnsafeMutableBytes { q in
                                            table.periodic_backward(
                                                rows, columns, x_.baseAddress!, x.stride, g_.baseAddress!, g.stride,
                                                frequencies, f_.baseAddress!, phases ? p_.baseAddress! : nil,
                                                d.baseAddress!, columns + 1, s.baseAddress!,
                                                phases ? q.baseAddress! : nil)
                                        }
                                    }
                                }
                            }
                        }
                    }
                }
                var (backs, wanted) = (
                    Matrix<Double>(rows: rows, columns: columns),
                    [Double](repeating: 1, count: columns * frequencies)
                )
                var wantedPhases = wanted
                for row in 0..<rows {
                    for column in 0..<columns {
                        let (number, start) = (Double(x.matrix[row, column]), column * width / columns)
                        if phases { backs[row, column] = Double(g.matrix[row, start + frequencies]) }
                        for k in 0..<frequencies {
                            let (c, first) = (Double(f[column, k]), Double(g.matrix[row, start + k]))
                            let slope: Double
                            if phases {
                                slope = -first * sin(2 * .pi * c * number + Double(p[column, k]))
                            } else {
                                let second = Double(g.matrix[row, start + frequencies + k])
                                slope =
                                    first * cos(2 * .pi * c * number) - second * sin(2 * .pi * c * number)
                            }
                            backs[row, column] += 2 * .pi * c * slope
                            wanted[column * frequencies + k] += 2 * .pi * number * slope
                            wantedPhases[column * frequencies + k] += slope
                        }
                    }
                }
                func differs(_ found: [Scalar], _ expected: [Double]) -> String? {
                    firstDifference(
                        found.map { Double($0) }, expected, relative: 64 * Double(Scalar.ulpOfOne), floor: 1)
                }
                let name: Comment = "\(columns) columns, \(frequencies) frequencies, phases \(phases)"
                #expect(differs(back.matrix.elements, backs.elements) == nil && back.gapsAreUntouched, name)
                #expect(differs(sums, wanted) == nil, name)
                #expect(differs(phaseSums, phases ? wantedPhases : wantedPhases.map { _ in 1 }) == nil, name)
            }
        }
    }

    @Test(arguments: kernelVariants) func gradientsInDouble(_ set: InstructionSet) { checkGradients(set, Double.self) }
    @Test(arguments: kernelVariants) func gradientsInFloat(_ set: InstructionSet) { checkGradients(set, Float.self) }

    private func checkMembers<Scalar: KernelScalar>(_ set: InstructionSet, _ type: Scalar.Type) {
        let table = Scalar.table(set).functions
        var generator = RandomGenerator(seed: 72)
        for outputs in kernelColumns {
            let inputs = 3
            let (p, w) = (generator.matrix(inputs, outputs, of: type), generator.matrix(inputs, outputs, of: type))
            let (r, s) = (generator.matrix(1, inputs, of: type), generator.matrix(1, outputs, of: type))
            for adds in [false, true] {
                var dw = [Scalar](repeating: adds ? 2 : .nan, count: inputs * outputs)
                var (dr, ds) = ([Scalar](repeating: .nan, count: inputs), [Scalar](repeating: .nan, count: outputs))
                p.elements.withUnsafeBytes { p in
                    w.elements.withUnsafeBytes { w in
                        r.elements.withUnsafeBytes { r in
                            s.elements.withUnsafeBytes { s in
                                dw.withUnsafeMutableBytes { dw in
                                    dr.withUnsafeMutableBytes { dr in
                                        ds.withUnsafeMutableBytes {
                                            table.member_gradient(
                                                inputs, outputs, p.baseAddress!, w.baseAddress!, r.baseAddress!,
                                                s.baseAddress!, adds ? 1 : 0, dw.baseAddress!, dr.baseAddress!,
                                                $0.baseAddress!)
                                        }
                                    }
                                }
                            }
                        }
                    }
                }
                var wantedWeight = [Double](repeating: adds ? 2 : 0, count: inputs * outputs)
                var wantedR = [Double](repeating: 0, count: inputs)
                var wantedS = [Double](repeating: 0, count: outputs)
                for i in 0..<inputs {
                    for o in 0..<outputs {
                        let (p, w, r, s) = (Double(p[i, o]), Double(w[i, o]), Double(r[0, i]), Double(s[0, o]))
                        wantedWeight[i * outputs + o] += r * s * p
                        wantedR[i] += w * s * p
                        wantedS[o] += r * w * p
                    }
                }
                for (found, wanted) in [(dw, wantedWeight), (dr, wantedR), (ds, wantedS)] {
                    let difference = firstDifference(
                        found.map { Double($0) }, wanted, relative: 64 * Double(Scalar.ulpOfOne), floor: 1)
                    #expect(difference == nil, "\(outputs) outputs")
                }
            }
        }
    }

    @Test(arguments: kernelVariants) func membersInDouble(_ set: InstructionSet) { checkMembers(set, Double.self) }
    @Test(arguments: kernelVariants) func membersInFloat(_ set: InstructionSet) { checkMembers(set, Float.self) }
}
