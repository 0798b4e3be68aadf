/// x + weight ∘ (f(x) − x): each column learns how much of the activation f is applied, starting with all of it.
///
/// The parametric activation of RealMLP (Holzmüller et al. 2024, "Better by default"). The weight has a number for each
/// column, is initialized with 1, and has no weight decay. Files name it "1.scale.weight" if this is the model's second
/// layer.
public struct ParametricActivation: CompositeLayer {
    /// f, the activation.
    public let activation: any Layer

    /// Creates the layer.
    ///
    /// - Parameter activation: f, with as many output columns as input columns.
    public init(_ activation: any Layer) { self.activation = activation }

    package var innerLayers: [any Layer] { [activation] }

    package func append(
        to stages: inout StageList, input: StageList.Value
    ) throws(PerceptronError) -> StageList.Value {
        let (unchanged, changed) = stages.fork(input)
        let (first, second) = stages.fork(changed)
        let activated = try stages.append(activation, named: "activation", what: "activation", to: first)
        guard activated.features == input.features else {
            throw .invalidArchitecture(
                "its activation turns \(input.features) columns into \(activated.features); the numbers must be equal")
        }
        let difference = stages.sum(
            activated, try stages.append(Multiply(by: -1), named: "difference", what: "difference", to: second))
        let scaled = try stages.append(Scale(input.features), named: "scale", what: "scale", to: difference)
        return stages.sum(scaled, unchanged)
    }

    public var expectedInputFeatures: Int? { activation.expectedInputFeatures }
}

extension ParametricActivation: Codable {
    private enum Key: String, CodingKey { case activation }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        activation = try container.decode(CodableLayer.self, forKey: .activation).layer
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(CodableLayer(activation), forKey: .activation)
    }
}
