/// `x > 20 ? x : softplus(x)`, element by element (`torch.nn.Softplus` with its defaults).
///
/// softplus(x) is ln(1 + eˣ). The derivative is computed from the output, as 1 − e⁻ʸ.
public struct Softplus: InPlaceElementwiseLayer, Codable {
    /// Creates the layer.
    public init() {}

    package var formula: Formula { .choice(.x, above: 20, then: .x, otherwise: .softplus(.x)) }
    package var kernel: ActivationKernel { ActivationKernel(.softplus) }
}
