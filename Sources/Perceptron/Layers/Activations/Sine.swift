/// `sin(frequency·x)`, element by element (Sitzmann et al. 2020; `torch.sin`).
///
/// Exported Swift or C source code, which has no library to reduce large angles, loses digits if |frequency·x| is
/// beyond 10⁶, and returns NaN beyond 10⁹.
public struct Sine: ElementwiseLayer, Codable {
    /// ω, the frequency.
    public let frequency: Double

    /// Creates the layer.
    ///
    /// - Parameter frequency: ω, not 0; SIREN uses 30 in its first layer.
    public init(frequency: Double = 1) { self.frequency = frequency }

    package var formula: Formula { .sine(.number(frequency, name: "frequency") * .x) }
    package var kernel: ActivationKernel { ActivationKernel(.sine, frequency) }

    public func outputFeatures(forInputFeatures features: Int) throws(PerceptronError) -> Int {
        guard frequency.isFinite, frequency != 0 else {
            throw .invalidArchitecture("the frequency is \(frequency); it must be finite and not 0")
        }
        return features
    }
}
