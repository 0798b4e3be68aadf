import Foundation
import Testing

@testable import Perceptron

/// LeakyReLU, ELU, Softplus, SiLU and GELU of every instruction set against the C library, densely, at every column
/// count, in strided rows, and where numbers are extreme.
@Suite struct ElementwiseActivationTests {
    private func inputs<Scalar: KernelScalar>(_ type: Scalar.Type) -> [Scalar] {
        var generator = RandomGenerator(seed: 1)
        var values: [Scalar] = []
        let greatestExponent = Double(Scalar.greatestFiniteMagnitude.exponent)
        for _ in 0..<6000 {
            let uniform = 2 * generator.nextUniform() - 1
            for widest in [2.0, 8, 40, Scalar.significandBitCount > 40 ? 740 : 105] {
                values.append(Scalar(uniform * widest))
            }
            // Every size there is, subnormal numbers with them.
            let magnitude = pow(2, (2 * generator.nextUniform() - 1) * greatestExponent)
            values.append(Scalar(uniform < 0 ? -magnitude : magnitude))
        }
        // Where one formula takes over from another: ln(1 + x)'s at x = √2 − 1, the power of two in eˣ, a threshold.
        let borders: [Double] = [sqrt(2) - 1, log(sqrt(2) - 1), 0.5 * log(2), 20, 30, 15, 39, 50]
        return values + borders.flatMap { [Scalar($0), Scalar($0).nextUp, Scalar($0).nextDown, -Scalar($0)] }
    }

    /// Units in the last place: those of the kernel, and one or two of the C library's formula.
    private func allowed(_ activation: ElementwiseActivation, _ x: Double, isDouble: Bool) -> Double {
        switch activation {
        case .leakyReLU: 0
        case .elu: 2
        case .softplus: 3
        case .silu: 5
        // Double's reference rounds the argument of erfc twice, which makes up to 2x² units of its value; its own
        // digits are tested against a table of more.
        case .gelu: isDouble ? 6 + 2 * x * x : 5
        // What the rounding of its argument does to an exponential, and to the reference's.
        case .geluTanh: 5 + (isDouble ? 6 : 3) * min(abs(ElementwiseActivation.twice(x)), 750)
        }
    }

    private func accuracy<Scalar: KernelScalar>(
        _ activation: ElementwiseActivation, _ set: InstructionSet, _ type: Scalar.Type
    ) {
        let inputs = inputs(type)
        let (outputs, derivatives) = activation.apply(inputs, set)
        let isDouble = type == Double.self
        for index in inputs.indices {
            let x = Double(inputs[index])
            let wanted = Scalar(activation.value(x))
            let tolerance = allowed(activation, x, isDouble: isDouble)
            // Products of subnormal numbers have as few digits as these.
            let fits =
                ulps(outputs[index], wanted) <= tolerance
                || tolerance > 0 && abs(outputs[index] - wanted) <= 1024 * Scalar.leastNonzeroMagnitude
            if !fits { #expect(fits, "\(activation)(\(x)) is \(outputs[index]), not \(wanted)") }
            let derivative = activation.derivative(x)
            let size = activation.derivativesAreRelativelyExact ? derivative : 1
            let derivativeFits =
                abs(Double(derivatives[index]) - derivative)
                <= max(5 * Double(Scalar.ulpOfOne) * size, 1024 * Double(Scalar.leastNonzeroMagnitude))
            // From 20 − 2·10⁻⁹ to 20 Softplus's output is beyond the threshold already.
            if !derivativeFits && !(activation == .softplus && abs(x - 20) < 3e-9) {
                #expect(
                    derivativeFits, "\(activation)'s derivative at \(x) is \(derivatives[index]), not \(derivative)")
            }
        }
    }

    @Test(arguments: ElementwiseActivation.allCases, kernelVariants)
    func accuracyInDouble(_ activation: ElementwiseActivation, _ set: InstructionSet) {
        accuracy(activation, set, Double.self)
    }

    @Test(arguments: ElementwiseActivation.allCases, kernelVariants)
    func accuracyInFloat(_ activation: ElementwiseActivation, _ set: InstructionSet) {
        accuracy(activation, set, Float.self)
    }

    /// Every element is reached, and none beside them, with gradients that aren't 1.
    private func shapes<Scalar: KernelScalar>(
        _ activation: ElementwiseActivation, _ set: InstructionSet, _ type: Scalar.Type
    ) {
        let forward = activation.forward(set, type)
        let backward = activation.backward(set, type)
        var generator = RandomGenerator(seed: 17)
        for columns in kernelColumns {
            let rows = columns % 3 + 1
            for gap in [0, 1 + columns % 4] {
                let x = generator.matrix(rows, columns, of: type)
                let g = generator.matrix(rows, columns, of: type)
                var y = StridedMatrix(x, gap: gap)
                y.memory.withUnsafeMutableBytes { forward(rows, columns, $0.baseAddress!, columns + gap) }
                let kept = activation.takesDerivativeFromOutputs ? y : StridedMatrix(x, gap: gap)
                var gradient = StridedMatrix(g, gap: columns % 3)
                let stride = gradient.stride
                kept.memory.withUnsafeBytes { kept in
                    gradient.memory.withUnsafeMutableBytes {
                        backward(rows, columns, kept.baseAddress!, columns + gap, $0.baseAddress!, stride)
                    }
                }
                #expect(y.gapsAreUntouched && gradient.gapsAreUntouched, "\(rows)x\(columns)")
                let relative = 16 * Double(Scalar.ulpOfOne)
                let values = x.elements.map { activation.value(Double($0)) }
                let gradients = zip(x.elements, g.elements).map { Double($1) * activation.derivative(Double($0)) }
                #expect(
                    firstDifference(y.matrix.elements.map { Double($0) }, values, relative: relative, floor: 1) == nil)
                #expect(
                    firstDifference(
                        gradient.matrix.elements.map { Double($0) }, gradients, relative: relative, floor: 1) == nil)
            }
        }
    }

    @Test(arguments: ElementwiseActivation.allCases, kernelVariants)
    func shapesInDouble(_ activation: ElementwiseActivation, _ set: InstructionSet) {
        shapes(activation, set, Double.self)
    }

    @Test(arguments: ElementwiseActivation.allCases, kernelVariants)
    func shapesInFloat(_ activation: ElementwiseActivation, _ set: InstructionSet) {
        shapes(activation, set, Float.self)
    }

    private func extremes<Scalar: KernelScalar>(_ set: InstructionSet, _ type: Scalar.Type) {
        let least = Scalar.leastNonzeroMagnitude
        let greatest = Scalar.greatestFiniteMagnitude
        // x, the output with the sign of its zero, the derivative.
        let cases: [(ElementwiseActivation, Scalar, Scalar, Scalar)] = [
            (.leakyReLU, 0, 0, 0.25), (.leakyReLU, -0.0, -0.0, 0.25), (.leakyReLU, greatest, greatest, 1),
            (.leakyReLU, -greatest, -greatest / 4, 0.25), (.leakyReLU, least, least, 1),
            (.leakyReLU, -least, -0.0, 0.25), (.leakyReLU, -.infinity, -.infinity, 0.25),
            (.elu, 0, 0, 1.5), (.elu, greatest, greatest, 1), (.elu, -greatest, -1.5, 0), (.elu, -1000, -1.5, 0),
            (.elu, -.infinity, -1.5, 0), (.elu, .infinity, .infinity, 1), (.elu, least, least, 1),
            (.elu, -2 * least, -3 * least, 1.5),
            (.softplus, 1000, 1000, 1), (.softplus, -1000, 0, 0), (.softplus, greatest, greatest, 1),
            (.softplus, -greatest, 0, 0), (.softplus, .infinity, .infinity, 1), (.softplus, -.infinity, 0, 0),
            (.softplus, least, Scalar(log(2.0)), 0.5), (.softplus, 20.5, 20.5, 1),
            (.silu, 0, 0, 0.5), (.silu, -0.0, -0.0, 0.5), (.silu, 1000, 1000, 1), (.silu, -1000, -0.0, 0),
            (.silu, greatest, greatest, 1), (.silu, -greatest, -0.0, 0), (.silu, 4 * least, 2 * least, 0.5),
            (.gelu, 0, 0, 0.5), (.gelu, -0.0, -0.0, 0.5), (.gelu, 1000, 1000, 1), (.gelu, -1000, -0.0, 0),
            (.gelu, greatest, greatest, 1), (.gelu, -greatest, -0.0, 0), (.gelu, 4 * least, 2 * least, 0.5),
            (.gelu, .infinity, .infinity, .nan),
            (.geluTanh, 0, 0, 0.5), (.geluTanh, -0.0, -0.0, 0.5), (.geluTanh, 1000, 1000, 1),
            (.geluTanh, -1000, -0.0, 0), (.geluTanh, greatest, greatest, 1), (.geluTanh, -greatest, -0.0, 0),
            (.geluTanh, 4 * least, 2 * least, 0.5),
        ]
        // Alone, and at each place of a vector.
        for length in [1, 17] {
            for place in 0..<length {
                for (activation, x, output, derivative) in cases
                    + ElementwiseActivation.allCases.map({ ($0, .nan, .nan, .nan) })
                {
                    var inputs = [Scalar](repeating: 0.5, count: length)
                    inputs[place] = x
                    let found = activation.apply(inputs, set)
                    let usual = activation.apply([Scalar(0.5)], set)
                    let value = found.outputs[place]
                    #expect(
                        value.isNaN && output.isNaN
                            || ulps(value, output) <= 1 && value.sign == output.sign, "\(activation)(\(x)): \(value)")
                    if !derivative.isNaN {
                        #expect(ulps(found.derivatives[place], derivative) <= 2, "\(activation)'s derivative at \(x)")
                    }
                    for index in 0..<length where index != place {
                        #expect(ulps(found.outputs[index], usual.outputs[0]) <= 1)
                        #expect(ulps(found.derivatives[index], usual.derivatives[0]) <= 1)
                    }
                }
            }
        }
    }

    @Test(arguments: kernelVariants) func extremesInDouble(_ set: InstructionSet) { extremes(set, Double.self) }
    @Test(arguments: kernelVariants) func extremesInFloat(_ set: InstructionSet) { extremes(set, Float.self) }
}
