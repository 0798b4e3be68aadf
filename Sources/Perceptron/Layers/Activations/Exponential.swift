/// `exp(x)`, element by element, which turns logarithms into positive numbers.
///
/// The derivative is the output.
public struct Exponential: InPlaceElementwiseLayer, Codable {
    /// Creates the layer.
    public init() {}

    package var formula: Formula { .exponential(.x) }
    package var kernel: ActivationKernel { ActivationKernel(.exponential) }
}
