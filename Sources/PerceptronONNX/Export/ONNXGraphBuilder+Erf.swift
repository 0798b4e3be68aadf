import Perceptron

#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

extension ONNXGraphBuilder {
    /// The error function; for Double by its Fourier series, which is exact to the last bits of 1.
    ///
    /// A square wave of period 24, smoothed by e^(−x²)/√π, is erf(x) for |x| ≤ 6, where erf has become ±1:
    /// Σ 4/(πk) · e^(−(πk/24)²) · sin(2πk/24 · x) over odd k, of which 24 terms are more than 10⁻¹⁷.
    mutating func erf(_ input: String) -> String {
        guard isDouble else { return node("Erf", [input]) }
        let steps = stride(from: 1.0, to: 49.0, by: 2.0).map { Double.pi * $0 / 24 }
        let value = node("Clip", [input, constant(-6.0), constant(6.0)])
        let values = node("Unsqueeze", [value, constant([-1])])
        let sines = node("Sin", [node("Mul", [values, constant(steps.map { 2 * $0 })])])
        let weights = steps.map { exp(-$0 * $0) / (6 * $0) }
        let matrix = Matrix<Double>(rows: weights.count, columns: 1, elements: weights)
        let series = node("Squeeze", [node("MatMul", [sines, constant(matrix)]), constant([-1])])
        // Exactly ±1, whatever factor follows.
        let isNear = node("Less", [node("Abs", [input]), constant(6.0)])
        return node("Where", [isNear, series, node("Sign", [input])])
    }
}
