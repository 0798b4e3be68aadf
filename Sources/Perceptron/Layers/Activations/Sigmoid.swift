/// `sigmoid(x)`, which is 1 / (1 + e⁻ˣ), element by element, without overflow for any x (`torch.nn.Sigmoid`).
public struct Sigmoid: InPlaceElementwiseLayer, Codable {
    /// Creates the layer.
    public init() {}

    package var formula: Formula { .sigmoid(.x) }
    package var kernel: ActivationKernel { ActivationKernel(.sigmoid) }
}
