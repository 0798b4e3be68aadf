/// `exp(x)`, element by element: positive numbers from their logarithms.
///
/// The derivative, y, is taken from the output.
public struct Exponential: InPlaceElementwiseLayer, Codable {
    /// Creates the layer.
    public init() {}

    package var formula: Formula { .exponential(.x) }
    package var kernel: ActivationKernel { ActivationKernel(.exponential) }
}
