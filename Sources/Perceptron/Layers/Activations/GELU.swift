/// `x·Φ(x)`, where Φ is the cumulative normal distribution, element by element (Hendrycks and Gimpel 2016;
/// `torch.nn.GELU`).
///
/// The approximation of GPT-2 is `x·sigmoid(2·√(2/π)·(x + 0.044715·x·x·x))`, where sigmoid(2u) = (1 + tanh(u))/2.
public struct GELU: ElementwiseLayer, Codable {
    /// How Φ is computed.
    public enum Approximation: String, Codable, Sendable {
        /// Φ itself, accurate also where it is small.
        case none
        /// (1 + tanh(√(2/π)·(x + 0.044715x³)))/2, as in GPT-2.
        case tanh
    }

    /// How Φ is computed.
    public let approximation: Approximation

    /// Creates the layer; by default Φ is exact.
    public init(approximation: Approximation = .none) { self.approximation = approximation }

    package var formula: Formula {
        switch approximation {
        case .none: .x * .normalDistribution(.x)
        case .tanh:
            .x
                * .sigmoid(
                    2 * (.number((2 / Double.pi).squareRoot(), name: "√(2/π)") * (.x + 0.044715 * (.x * (.x * .x)))))
        }
    }
    package var kernel: ActivationKernel { ActivationKernel(approximation == .none ? .gelu : .geluTanh) }
}
