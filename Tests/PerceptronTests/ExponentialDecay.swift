#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

import Perceptron

/// a·e^(−b·x) + c of a single column, with a, b and c to be fitted: an ordinary curve as a layer.
struct ExponentialDecay: Layer {
    func outputFeatures(forInputFeatures features: Int) -> Int { 1 }
    func inputFeatures(forOutputFeatures _: Int) -> Int { 1 }
    var expectedInputFeatures: Int? { 1 }
    var treatsRowsApart: Bool { true }

    func parameters(forInputFeatures _: Int) -> [Parameter] {
        [Parameter(name: "curve", rows: 1, columns: 3, initializer: .constant(1))]
    }

    func forward<Scalar>(_ pass: inout ForwardPass<Scalar>) {
        let (a, c) = (pass.parameters[0], pass.parameters[2])
        for row in 0..<pass.input.rows {
            pass.output[row, 0] = a * Self.factor(pass.parameters, pass.input[row, 0]) + c
        }
    }

    func backward<Scalar>(_ pass: inout BackwardPass<Scalar>) {
        let (a, b) = (pass.parameters[0], pass.parameters[1])
        for row in 0..<pass.input.rows {
            let slope = -a * b * Self.factor(pass.parameters, pass.input[row, 0])
            pass.inputGradient[row, 0] = pass.outputGradient[row, 0] * slope
        }
    }

    func parameterGradients<Scalar>(_ pass: inout ParameterPass<Scalar>) {
        var sums: (Scalar, Scalar, Scalar) = (0, 0, 0)
        for row in 0..<pass.input.rows {
            let (x, g) = (pass.input[row, 0], pass.outputGradient[row, 0])
            let factor = Self.factor(pass.parameters, x)
            sums.0 += g * factor
            sums.1 -= g * pass.parameters[0] * x * factor
            sums.2 += g
        }
        (pass.gradients[0], pass.gradients[1], pass.gradients[2]) = sums
    }

    private static func factor<Scalar: BLASScalar>(_ parameters: Span<Scalar>, _ x: Scalar) -> Scalar {
        Scalar(exp(Double(-parameters[1] * x)))
    }
}
