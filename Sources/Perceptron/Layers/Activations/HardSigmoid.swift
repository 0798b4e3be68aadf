/// `min(max(x + 3, 0), 6) / 6`, element by element (`torch.nn.Hardsigmoid`).
public struct HardSigmoid: InPlaceElementwiseLayer, Codable {
    /// Creates the layer.
    public init() {}

    package var formula: Formula { .minimum(.maximum(.x + 3, 0), 6) / 6 }
    package var kernel: ActivationKernel { ActivationKernel(.hardSigmoid) }
}
