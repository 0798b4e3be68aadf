/// `max(x, 0)`, element by element; the derivative at 0 is 0, and NaN stays NaN (`torch.nn.ReLU`).
public struct ReLU: InPlaceElementwiseLayer, Codable {
    /// Creates the layer.
    public init() {}

    package var formula: Formula { .maximum(.x, 0) }
    package var kernel: ActivationKernel { ActivationKernel(.relu) }
}
