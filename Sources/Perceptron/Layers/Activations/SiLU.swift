/// `x·sigmoid(x)`, element by element, also called swish (`torch.nn.SiLU`).
public struct SiLU: ElementwiseLayer, Codable {
    /// Creates the layer.
    public init() {}

    package var formula: Formula { .x * .sigmoid(.x) }
    package var kernel: ActivationKernel { ActivationKernel(.silu) }
}
