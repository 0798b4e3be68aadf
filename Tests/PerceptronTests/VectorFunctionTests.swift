import Foundation
import Testing

@testable import Perceptron

/// exp, ln and tanh of every instruction set, densely: at most two units in the last place from the C library's.
@Suite struct VectorFunctionTests {
    enum Function: String, CaseIterable, Sendable {
        case exponential, logarithm, tanh

        func reference(_ x: Double) -> Double {
            switch self {
            case .exponential: exp(x)
            case .logarithm: log(x)
            case .tanh: Foundation.tanh(x)
            }
        }

        fileprivate func apply<Scalar: KernelScalar>(_ values: [Scalar], _ set: InstructionSet) -> [Scalar] {
            var result = values
            let functions = Scalar.table(set).functions
            result.withUnsafeMutableBytes { bytes in
                guard let start = bytes.baseAddress else { return }
                switch self {
                case .exponential: functions.exponential(values.count, start)
                case .logarithm: functions.logarithm(values.count, start)
                case .tanh:
                    functions.activate(.tanh, 0, 0, 1, values.count, start, values.count, start, values.count)
                }
            }
            return result
        }

        /// Where something happens, and around it.
        fileprivate func interesting<Scalar: KernelScalar>(_ type: Scalar.Type) -> [Scalar] {
            var values: [Scalar] = []
            switch self {
            case .exponential:
                // Where the reduction changes to the next power of two.
                for k in -40...40 { values.append(Scalar((Double(k) + 0.5) * 0.6931471805599453)) }
            case .logarithm:
                // Where it does so, around 1, and where numbers become subnormal.
                for k in -120...120 { values.append(Scalar(pow(2, Double(k) + 0.5))) }
                values += [1, 2, 0.5, .leastNormalMagnitude, .leastNonzeroMagnitude, .greatestFiniteMagnitude]
            case .tanh:
                // From one formula to the other, and to 1.
                values += [0.55, -0.55, 9, -9, 19, -19, 22, -22, 1000, -1000]
            }
            return values.flatMap { [$0.nextDown, $0, $0.nextUp] }
        }
    }

    private func values<Scalar: KernelScalar>(_ function: Function, _ type: Scalar.Type) -> [Scalar] {
        var generator = RandomGenerator(seed: 1)
        var values = function.interesting(type)
        let widest: Double = Scalar.significandBitCount > 40 ? 740 : 105
        let greatestExponent = Double(Scalar.greatestFiniteMagnitude.exponent)
        for _ in 0..<15_000 {
            let uniform = 2 * generator.nextUniform() - 1
            values.append(Scalar(uniform * widest))
            values.append(Scalar(uniform * 2))
            // Every size there is, subnormal numbers with them.
            let magnitude = pow(2, (2 * generator.nextUniform() - 1) * (greatestExponent + 20))
            values.append(Scalar(uniform < 0 ? -magnitude : magnitude))
        }
        return values
    }

    private func accuracy<Scalar: KernelScalar>(_ function: Function, _ set: InstructionSet, _ type: Scalar.Type) {
        let values = values(function, type)
        let results = function.apply(values, set)
        var worst = 0.0
        var at = Scalar(0)
        for index in values.indices {
            let error = ulps(results[index], Scalar(function.reference(Double(values[index]))))
            if error > worst { (worst, at) = (error, values[index]) }
        }
        #expect(worst <= 2, "\(function)(\(at))")
    }

    @Test(arguments: Function.allCases, kernelVariants)
    func accuracyInDouble(_ function: Function, _ set: InstructionSet) { accuracy(function, set, Double.self) }

    @Test(arguments: Function.allCases, kernelVariants)
    func accuracyInFloat(_ function: Function, _ set: InstructionSet) { accuracy(function, set, Float.self) }

    private func specials<Scalar: KernelScalar>(_ set: InstructionSet, _ type: Scalar.Type) {
        let least = Scalar.leastNonzeroMagnitude
        let greatest = Scalar.greatestFiniteMagnitude
        let cases: [(Function, Scalar, (Scalar) -> Bool)] = [
            (.exponential, 0, { $0 == 1 }), (.exponential, -0.0, { $0 == 1 }),
            (.exponential, .infinity, { $0 == .infinity }), (.exponential, -.infinity, { $0 == 0 }),
            (.exponential, .nan, { $0.isNaN }), (.exponential, 1000, { $0 == .infinity }),
            (.exponential, -1000, { $0 == 0 && $0.sign == .plus }), (.exponential, greatest, { $0 == .infinity }),
            (.exponential, -greatest, { $0 == 0 }), (.exponential, least, { $0 == 1 }),
            (.exponential, Scalar(log(Double(Scalar.leastNormalMagnitude))) - 3, { $0.isSubnormal }),
            (.logarithm, 0, { $0 == -.infinity }), (.logarithm, -0.0, { $0 == -.infinity }),
            (.logarithm, 1, { $0 == 0 && $0.sign == .plus }), (.logarithm, .infinity, { $0 == .infinity }),
            (.logarithm, -1, { $0.isNaN }), (.logarithm, -.infinity, { $0.isNaN }), (.logarithm, .nan, { $0.isNaN }),
            (.logarithm, -least, { $0.isNaN }),
            (.tanh, 0, { $0 == 0 && $0.sign == .plus }), (.tanh, -0.0, { $0 == 0 && $0.sign == .minus }),
            (.tanh, .infinity, { $0 == 1 }), (.tanh, -.infinity, { $0 == -1 }), (.tanh, .nan, { $0.isNaN }),
            (.tanh, greatest, { $0 == 1 }), (.tanh, least, { $0 == least }), (.tanh, -least, { $0 == -least }),
        ]
        // Alone, and at each place of a vector.
        for (function, value, holds) in cases {
            #expect(holds(function.apply([value], set)[0]), "\(function)(\(value))")
            let usual = function.apply([Scalar(0.5)], set)[0]
            for place in 0..<17 {
                var values = [Scalar](repeating: 0.5, count: 17)
                values[place] = value
                let results = function.apply(values, set)
                #expect(holds(results[place]), "\(function)(\(value)) at \(place)")
                for index in 0..<17 where index != place { #expect(ulps(results[index], usual) <= 1) }
            }
        }
        for function in Function.allCases { #expect(function.apply([Scalar](), set).isEmpty) }
    }

    @Test(arguments: kernelVariants) func specialsInDouble(_ set: InstructionSet) { specials(set, Double.self) }
    @Test(arguments: kernelVariants) func specialsInFloat(_ set: InstructionSet) { specials(set, Float.self) }
}
