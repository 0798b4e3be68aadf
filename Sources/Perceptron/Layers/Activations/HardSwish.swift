/// `x·min(max(x + 3, 0), 6) / 6`, element by element (Howard et al. 2019; `torch.nn.Hardswish`).
public struct HardSwish: ElementwiseLayer, Codable {
    /// Creates the layer.
    public init() {}

    package var formula: Formula { .x * (.minimum(.maximum(.x + 3, 0), 6) / 6) }
    package var kernel: ActivationKernel { ActivationKernel(.hardSwish) }
}
