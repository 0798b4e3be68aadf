/// `x / (1 + abs(x))`, element by element (`torch.nn.Softsign`).
///
/// The derivative is computed from the output, as (1 − |y|)².
public struct Softsign: InPlaceElementwiseLayer, Codable {
    /// Creates the layer.
    public init() {}

    package var formula: Formula { .x / (1 + .absolute(.x)) }
    package var kernel: ActivationKernel { ActivationKernel(.softsign) }
}
