import Foundation
import TestSupport
import Testing

@testable import Perceptron

/// The kernels of elementwise layers against their formulas, for every instruction set: densely, at every column count,
/// in strided rows, in place and apart, and where numbers are extreme.
@Suite struct ElementwiseLayerTests {
    private func inputs<Scalar: KernelScalar>(_ one: ElementwiseCase, _ type: Scalar.Type) -> [Scalar] {
        var generator = RandomGenerator(seed: 1)
        var values: [Scalar] = []
        let greatestExponent = Double(Scalar.greatestFiniteMagnitude.exponent)
        for _ in 0..<1500 {
            let uniform = 2 * generator.nextUniform() - 1
            for widest in [2.0, 8, 40, Scalar.significandBitCount > 40 ? 740 : 105] {
                values.append(Scalar(uniform * widest))
            }
            // Every size there is, subnormal numbers with them.
            let magnitude = pow(2, (2 * generator.nextUniform() - 1) * greatestExponent)
            values.append(Scalar(uniform < 0 ? -magnitude : magnitude))
        }
        return values
            + one.borders.flatMap { border in
                [border, -border].flatMap { [Scalar($0).nextUp, Scalar($0), Scalar($0).nextDown] }
            }
    }

    /// Products of subnormal numbers have as few digits as these.
    private func smallest<Scalar: KernelScalar>(_: Scalar.Type) -> ReferenceNumber {
        1024 * ReferenceNumber(Scalar.leastNonzeroMagnitude)
    }

    private func accuracy<Scalar: KernelScalar>(_ one: ElementwiseCase, _ type: Scalar.Type) {
        let inputs = inputs(one, type)
        let references = inputs.map { one.layer.formula.reference(at: ReferenceNumber($0)) }
        for set in kernelVariants {
            let (outputs, derivatives) = one.apply(inputs, set)
            let wrong = inputs.indices.first { index in
                let (x, wanted) = (Double(inputs[index]), references[index].value)
                let allowed = (one.ulps + one.conditioning(x)) * Double(Scalar(wanted).ulp)
                let difference = abs(ReferenceNumber(outputs[index]) - wanted)
                return outputs[index] != Scalar(wanted)
                    && !(difference <= ReferenceNumber(allowed) + smallest(type))
            }
            if let wrong {
                Issue.record("\(set), f(\(inputs[wrong])) is \(outputs[wrong]), not \(references[wrong].value)")
            }
            let wrongSlope = inputs.indices.first { index in
                let (x, wanted) = (Double(inputs[index]), references[index].derivative)
                // Of an output that is rounded only so much can be known.
                if one.borders.contains(where: { abs(abs(x) - $0) < 1e-6 }) { return false }
                let size = one.slope.map { ReferenceNumber($0) } ?? wanted
                let allowed = max(5 * ReferenceNumber(Scalar.ulpOfOne) * size, smallest(type))
                return derivatives[index] != Scalar(wanted)
                    && !(abs(ReferenceNumber(derivatives[index]) - wanted) <= allowed)
            }
            if let wrongSlope {
                let wanted = references[wrongSlope].derivative
                Issue.record("\(set), f'(\(inputs[wrongSlope])) is \(derivatives[wrongSlope]), not \(wanted)")
            }
        }
    }

    @Test(arguments: ElementwiseCase.all) func accuracyInDouble(_ one: ElementwiseCase) { accuracy(one, Double.self) }
    @Test(arguments: ElementwiseCase.all) func accuracyInFloat(_ one: ElementwiseCase) { accuracy(one, Float.self) }

    /// Every element is reached, and none beside them, with gradients that aren't 1.
    private func shapes<Scalar: KernelScalar>(_ one: ElementwiseCase, _ type: Scalar.Type) {
        var generator = RandomGenerator(seed: 17)
        for columns in kernelColumns {
            let rows = columns % 3 + 1
            let x = generator.matrix(rows, columns, of: type)
            let g = generator.matrix(rows, columns, of: type)
            let references = x.elements.map { one.layer.formula.reference(at: ReferenceNumber($0)) }
            let values = references.map { Double($0.value) }
            let gradients = zip(references, g.elements).map { Double($0.derivative) * Double($1) }
            for set in kernelVariants {
                for gap in [0, 1 + columns % 4] {
                    var apart = StridedMatrix(x, gap: gap)
                    var y = StridedMatrix<Scalar>(rows: rows, columns: columns, gap: columns % 3) { _, _ in .nan }
                    run(one.forward(set, type), apart, &y)
                    check(y, values)
                    let kept = one.takesDerivativeFromOutputs ? y : apart
                    runInPlace(one.forward(set, type), &apart)
                    check(apart, values)
                    let before = StridedMatrix(g, gap: gap)
                    var gradient = StridedMatrix<Scalar>(rows: rows, columns: columns, gap: columns % 2) { _, _ in .nan
                    }
                    run(one.backward(set, type), kept, before, &gradient)
                    check(gradient, gradients)
                    var inPlace = before
                    runInPlace(one.backward(set, type), kept, &inPlace)
                    check(inPlace, gradients)
                }
            }
        }
    }

    private func check<Scalar: KernelScalar>(_ found: StridedMatrix<Scalar>, _ expected: [Double]) {
        #expect(found.gapsAreUntouched)
        let relative = 16 * Double(Scalar.ulpOfOne)
        #expect(
            firstDifference(found.matrix.elements.map { Double($0) }, expected, relative: relative, floor: 1) == nil)
    }

    private func run<Scalar: KernelScalar>(
        _ kernel: (Int, Int, UnsafeRawPointer, Int, UnsafeMutableRawPointer, Int) -> Void,
        _ x: StridedMatrix<Scalar>, _ y: inout StridedMatrix<Scalar>
    ) {
        let (rows, columns, stride) = (y.rows, y.columns, y.stride)
        x.memory.withUnsafeBytes { x_ in
            y.memory.withUnsafeMutableBytes {
                kernel(rows, columns, x_.baseAddress!, x.stride, $0.baseAddress!, stride)
            }
        }
    }

    private func runInPlace<Scalar: KernelScalar>(
        _ kernel: (Int, Int, UnsafeRawPointer, Int, UnsafeMutableRawPointer, Int) -> Void,
        _ x: inout StridedMatrix<Scalar>
    ) {
        let (rows, columns, stride) = (x.rows, x.columns, x.stride)
        x.memory.withUnsafeMutableBytes {
            kernel(rows, columns, UnsafeRawPointer($0.baseAddress!), stride, $0.baseAddress!, stride)
        }
    }

    private func run<Scalar: KernelScalar>(
        _ kernel: (Int, Int, UnsafeRawPointer, Int, UnsafeRawPointer, Int, UnsafeMutableRawPointer, Int) -> Void,
        _ kept: StridedMatrix<Scalar>, _ before: StridedMatrix<Scalar>, _ gradient: inout StridedMatrix<Scalar>
    ) {
        before.memory.withUnsafeBytes { before_ in
            run(
                { kernel($0, $1, $2, $3, before_.baseAddress!, before.stride, $4, $5) }, kept, &gradient)
        }
    }

    private func runInPlace<Scalar: KernelScalar>(
        _ kernel: (Int, Int, UnsafeRawPointer, Int, UnsafeRawPointer, Int, UnsafeMutableRawPointer, Int) -> Void,
        _ kept: StridedMatrix<Scalar>, _ gradient: inout StridedMatrix<Scalar>
    ) {
        run({ kernel($0, $1, $2, $3, UnsafeRawPointer($4), $5, $4, $5) }, kept, &gradient)
    }

    @Test(arguments: ElementwiseCase.all) func shapesInDouble(_ one: ElementwiseCase) { shapes(one, Double.self) }
    @Test(arguments: ElementwiseCase.all) func shapesInFloat(_ one: ElementwiseCase) { shapes(one, Float.self) }

    /// The formula's value, with the sign of a zero, alone and at each place of a vector; and the derivative where there is one.
    private func extremes<Scalar: KernelScalar>(_ one: ElementwiseCase, _ type: Scalar.Type) {
        let (least, greatest) = (Scalar.leastNonzeroMagnitude, Scalar.greatestFiniteMagnitude)
        let points: [Scalar] = [
            0, -0.0, least, -least, 4 * least, -4 * least, 1000, -1000, greatest, -greatest, .infinity, -.infinity,
            .nan,
        ]
        for set in kernelVariants {
            let usual = one.apply([Scalar(0.5)], set)
            for x in points {
                let wanted = one.layer.formula.reference(at: ReferenceNumber(x))
                let value = Scalar(wanted.value)
                for length in [1, 17] {
                    for place in 0..<length {
                        var inputs = [Scalar](repeating: 0.5, count: length)
                        inputs[place] = x
                        let (outputs, derivatives) = one.apply(inputs, set)
                        #expect(
                            value.isNaN && outputs[place].isNaN
                                || ulps(outputs[place], value) <= max(1, one.ulps) && outputs[place].sign == value.sign,
                            "\(set), f(\(x)) is \(outputs[place]), not \(value)")
                        if x.isFinite && !one.borders.contains(abs(Double(x))) {
                            let difference = abs(ReferenceNumber(derivatives[place]) - wanted.derivative)
                            #expect(
                                derivatives[place] == Scalar(wanted.derivative)
                                    || difference <= 5 * ReferenceNumber(Scalar.ulpOfOne)
                                        * ReferenceNumber(one.slope ?? 1),
                                "\(set), f'(\(x)) is \(derivatives[place]), not \(wanted.derivative)")
                        }
                        for index in 0..<length where index != place {
                            #expect(ulps(outputs[index], usual.outputs[0]) <= 1)
                            #expect(ulps(derivatives[index], usual.derivatives[0]) <= 1)
                        }
                    }
                }
            }
        }
    }

    @Test(arguments: ElementwiseCase.all) func extremesInDouble(_ one: ElementwiseCase) { extremes(one, Double.self) }
    @Test(arguments: ElementwiseCase.all) func extremesInFloat(_ one: ElementwiseCase) { extremes(one, Float.self) }

    /// At a kink the derivative is PyTorch's.
    @Test func derivativesAtKinks() {
        let zero = { (layer: any ElementwiseLayer) in
            ElementwiseCase.all.first { type(of: $0.layer) == type(of: layer) }?.apply([0.0], .best).derivatives[0]
        }
        #expect(zero(ReLU()) == 0)
        #expect(zero(LeakyReLU()) == 0.25)
        #expect(zero(ELU()) == 1.5)
    }

    /// The documentation of each has its formula.
    @Test(arguments: ElementwiseCase.all) func documentationHasTheFormula(_ one: ElementwiseCase) throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Sources/Perceptron/Layers/Activations/\(type(of: one.layer)).swift")
        let text = try String(contentsOf: file, encoding: .utf8)
        #expect(text.contains("`\(one.layer.formula)`"), "\(one.layer.formula)")
    }

    /// What is written is read again: with all its parameters, for the kernels have these too.
    @Test(arguments: ElementwiseCase.all) func comesBackFromItsCoding(_ one: ElementwiseCase) throws {
        let text = try LayerCoding.encode([one.layer])
        let decoded = try #require(try LayerCoding.decode(text, path: "file").first as? any ElementwiseLayer)
        #expect(type(of: decoded) == type(of: one.layer))
        #expect(decoded.formula.text(.exact) == one.layer.formula.text(.exact))
        #expect(decoded.kernel.activation == one.layer.kernel.activation)
        #expect((decoded.kernel.a, decoded.kernel.b) == (one.layer.kernel.a, one.layer.kernel.b))
    }
}

extension Formula.Notation {
    fileprivate static var exact: Formula.Notation {
        Formula.Notation(times: "*", call: { "\($0)(\($1))" }, number: { "\($0) \($1 ?? "")" })
    }
}
