import Foundation
import Testing

@testable import Perceptron

@Suite struct ExponentialTests {
    private func exponentials<Scalar: KernelScalar>(_ values: [Scalar], _ set: InstructionSet) -> [Scalar] {
        var result = values
        result.withUnsafeMutableBytes { bytes in
            if let start = bytes.baseAddress { Scalar.table(set).functions.exponential(values.count, start) }
        }
        return result
    }

    private func check<Scalar: KernelScalar>(
        _ set: InstructionSet, _ type: Scalar.Type, from: Double, to: Double
    ) {
        var generator = RandomGenerator(seed: 1)
        var values: [Scalar] = []
        // The whole range, subnormal and overflowing results with it; around zero; tiny.
        for _ in 0..<20_000 { values.append(Scalar(from + (to - from) * generator.nextUniform())) }
        for _ in 0..<5000 { values.append(Scalar(2 * generator.nextUniform() - 1)) }
        for exponent in stride(from: -300.0, through: 0, by: 7) {
            values += [Scalar(pow(10, exponent)), Scalar(-pow(10, exponent))]
        }
        // Where the reduction changes to the next power of two.
        for k in -40...40 {
            let edge = Scalar((Double(k) + 0.5) * 0.6931471805599453)
            values += [edge.nextDown, edge, edge.nextUp]
        }
        let results = exponentials(values, set)
        var worst = 0.0
        var at = Scalar(0)
        for index in values.indices {
            let error = ulps(results[index], Scalar.referenceExponential(values[index]))
            if error > worst { (worst, at) = (error, values[index]) }
        }
        #expect(worst <= 2, "exp(\(at))")
    }

    @Test(arguments: kernelVariants) func accuracyInDouble(_ set: InstructionSet) {
        check(set, Double.self, from: -760, to: 720)
    }

    @Test(arguments: kernelVariants) func accuracyInFloat(_ set: InstructionSet) {
        check(set, Float.self, from: -110, to: 92)
    }

    private func checkEdges<Scalar: KernelScalar>(_ set: InstructionSet, _ type: Scalar.Type) {
        let greatest = Scalar(log(Double(Scalar.greatestFiniteMagnitude)))
        let cases: [(Scalar, (Scalar) -> Bool)] = [
            (0, { $0 == 1 }), (-0.0, { $0 == 1 }), (.infinity, { $0 == .infinity }), (-.infinity, { $0 == 0 }),
            (.nan, { $0.isNaN }), (1000, { $0 == .infinity }), (-1000, { $0 == 0 && $0.sign == .plus }),
            (.greatestFiniteMagnitude, { $0 == .infinity }), (-.greatestFiniteMagnitude, { $0 == 0 }),
            (.leastNonzeroMagnitude, { $0 == 1 }), (-.leastNonzeroMagnitude, { $0 == 1 }),
            (greatest.nextDown.nextDown, { $0.isFinite && $0 > .greatestFiniteMagnitude / 2 }),
            (greatest + 1, { $0 == .infinity }),
            (Scalar(log(Double(Scalar.leastNormalMagnitude))) - 3, { $0.isSubnormal }),
        ]
        // Alone, and at each place of a vector.
        for (value, holds) in cases {
            #expect(holds(exponentials([value], set)[0]), "exp(\(value))")
            for place in 0..<17 {
                var values = [Scalar](repeating: 0.5, count: 17)
                values[place] = value
                let results = exponentials(values, set)
                for index in 0..<17 {
                    if index == place {
                        #expect(holds(results[index]), "exp(\(value)) at \(place)")
                    } else {
                        #expect(ulps(results[index], Scalar.referenceExponential(0.5)) <= 2)
                    }
                }
            }
        }
        #expect(exponentials([Scalar](), set).isEmpty)
    }

    @Test(arguments: kernelVariants) func edgesInDouble(_ set: InstructionSet) { checkEdges(set, Double.self) }
    @Test(arguments: kernelVariants) func edgesInFloat(_ set: InstructionSet) { checkEdges(set, Float.self) }
}
