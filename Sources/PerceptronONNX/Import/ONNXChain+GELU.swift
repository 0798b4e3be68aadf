import Perceptron

extension ONNXChain {
    /// Matches value · other with `scale` times the GELU of `origin`; nil if it isn't a GELU.
    ///
    /// Exporters write x/2 · (1 + erf(x/√2)) or x/2 · (1 + tanh(√(2/π) · (x + 0.044715 · x³))), with the half in any of
    /// the factors.
    func gelu(_ value: Int, _ other: Int) -> (origin: Int, scale: Double, approximation: GELU.Approximation)? {
        let (scale, shift, core) = core(other)
        guard scale == shift, let argument = values[core].origin else { return nil }
        let origin: Int
        let approximation: GELU.Approximation
        switch values[core].step {
        case .part(.erf):
            guard
                let divisor = divisors(argument).first(where: { divisor in
                    isClose(factor(argument, of: divisor), to: 0.5.squareRoot())
                })
            else { return nil }
            (origin, approximation) = (divisor, .none)
        case .layer(let layer, _) where layer is Tanh:
            let (factor, summand, cubic) = self.core(argument)
            guard summand == 0, isClose(factor, to: (2 / Double.pi).squareRoot()),
                case .part(.cubic(let third)) = values[cubic].step, isClose(third, to: 0.044715),
                let start = values[cubic].origin
            else { return nil }
            (origin, approximation) = (start, .tanh)
        default: return nil
        }
        return factor(value, of: origin).map { (origin, 2 * $0 * scale, approximation) }
    }

    /// Whether two numbers are equal up to rounding to Float.
    private func isClose(_ number: Double?, to expected: Double) -> Bool {
        number.map { abs($0 - expected) < 1e-6 * expected } ?? false
    }
}
