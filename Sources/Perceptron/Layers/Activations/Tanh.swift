/// `tanh(x)`, the hyperbolic tangent, element by element (`torch.nn.Tanh`).
public struct Tanh: InPlaceElementwiseLayer, Codable {
    /// Creates the layer.
    public init() {}

    package var formula: Formula { .tanh(.x) }
    package var kernel: ActivationKernel { ActivationKernel(.tanh) }
}
