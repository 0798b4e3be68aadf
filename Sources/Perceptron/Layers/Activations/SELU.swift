/// `scale·(x > 0 ? x : alpha·expm1(x))`, element by element (Klambauer et al. 2017; `torch.nn.SELU`).
///
/// expm1(x) is eˣ − 1; the scale is 1.0507…, alpha 1.6732…, with which normal inputs give normal outputs.
public struct SELU: InPlaceElementwiseLayer, Codable {
    package static let scale = 1.0507009873554804934193349852946
    package static let alpha = 1.6732632423543772848170429916717

    /// Creates the layer.
    public init() {}

    package var formula: Formula {
        .number(Self.scale, name: "scale")
            * .choice(.x, above: 0, then: .x, otherwise: .number(Self.alpha, name: "alpha") * .exponentialMinusOne(.x))
    }
    package var kernel: ActivationKernel { ActivationKernel(.elu, Self.scale * Self.alpha, Self.scale) }
}
