/// x·Φ(x), Φ the normal distribution, element by element (Hendrycks and Gimpel 2016; `torch.nn.GELU`).
///
/// Two inputs can have one output, so the derivative is taken from the input.
public struct GELU: Layer, Codable {
    /// How Φ is computed.
    public enum Approximation: String, Codable, Sendable {
        /// Φ itself, to the last digits, also where it is small.
        case none
        /// (1 + tanh(√(2/π)·(x + 0.044715x³))) / 2, as GPT-2 has it.
        case tanh
    }

    public let approximation: Approximation

    public init(approximation: Approximation = .none) { self.approximation = approximation }

    public func outputFeatures(forInputFeatures features: Int) throws(PerceptronError) -> Int { features }

    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    public func forward<Scalar: BLASScalar>(_ pass: inout ForwardPass<Scalar>) {
        Kernels.copy(pass.input.columns(pass.columns), into: &pass.output)
        switch approximation {
        case .none: Kernels.gelu(&pass.output)
        case .tanh: Kernels.geluTanh(&pass.output)
        }
    }

    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    public func backward<Scalar: BLASScalar>(_ pass: inout BackwardPass<Scalar>) {
        Kernels.copy(pass.outputGradient.columns(pass.columns), into: &pass.inputGradient)
        let inputs = pass.input.columns(pass.columns)
        switch approximation {
        case .none: Kernels.geluBackward(inputs: inputs, gradient: &pass.inputGradient)
        case .tanh: Kernels.geluTanhBackward(inputs: inputs, gradient: &pass.inputGradient)
        }
    }

    public var treatsRowsApart: Bool { true }
    public var treatsColumnsApart: Bool { true }
    public var readsOutputInBackward: Bool { false }
}
