/// `exp(x)`, element by element: what makes positive numbers of their logarithms.
///
/// The derivative, y, is taken from the output.
public struct Exponential: InPlaceElementwiseLayer, Codable {
    public init() {}

    package var formula: Formula { .exponential(.x) }
    package var kernel: ActivationKernel { ActivationKernel(.exponential) }
}
