/// `x·tanh(softplus(x))`, element by element (Misra 2019; `torch.nn.Mish`).
///
/// softplus(x) is ln(1 + eˣ).
public struct Mish: ElementwiseLayer, Codable {
    /// Creates the layer.
    public init() {}

    package var formula: Formula { .x * .tanh(.softplus(.x)) }
    package var kernel: ActivationKernel { ActivationKernel(.mish) }
}
