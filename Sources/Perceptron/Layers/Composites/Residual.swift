/// x + f(x), where f is a list of layers (He et al. 2016). With a projection p it is p(x) + f(x).
///
/// ```swift
/// Residual([BatchNorm(64), Linear(64, 64), ReLU(), Dropout(0.1), Linear(64, 64)])
/// Residual([Linear(64, 32), ReLU()], projection: Linear(64, 32, bias: false))
/// ```
///
/// Files name its parameters like PyTorch names those of a subclass of `nn.Sequential` that has `self.projection`: as
/// the model's second layer it has "1.0.weight" and "1.projection.weight".
public struct Residual: CompositeLayer {
    /// f, a list of layers.
    public let layers: [any Layer]
    /// p, the layer that the input goes through before it is added; nil if it is added unchanged.
    public let projection: (any Layer)?

    /// Creates the layer.
    ///
    /// - Parameters:
    ///   - layers: f, at least one layer; any layers, residual ones included.
    ///   - projection: p, a layer such as `Linear` with the output columns of `layers`; needed if these don't have as
    ///     many output columns as input columns.
    public init(_ layers: [any Layer], projection: (any Layer)? = nil) {
        self.layers = layers
        self.projection = projection
    }

    package var innerLayers: [any Layer] { layers + (projection.map { [$0] } ?? []) }

    package func append(
        to stages: inout StageList, input: StageList.Value
    ) throws(PerceptronError) -> StageList.Value {
        guard !layers.isEmpty else {
            throw .invalidArchitecture("needs at least one layer; the list of layers is empty")
        }
        var (first, second) = stages.fork(input)
        first = try stages.append(layers, to: first)
        if let projection {
            second = try stages.append(projection, named: "projection", what: "projection", to: second)
        }
        guard first.features == second.features else {
            let (taken, given) = (input.features, first.features)
            throw .invalidArchitecture(
                projection == nil
                    ? "its layers turn \(counted(taken, "column")) into \(given), which can't be added; give it a "
                        + "projection, such as Linear(\(taken), \(given))"
                    : "its layers give \(counted(given, "column")), its projection: \(second.features); they are added, so both must "
                        + "give as many")
        }
        return stages.sum(first, second)
    }

    public var expectedInputFeatures: Int? { layers.expectedInputFeatures ?? projection?.expectedInputFeatures }
}

extension Residual: Codable {
    private enum Key: String, CodingKey { case layers, projection }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        layers = try container.decode([CodableLayer].self, forKey: .layers).map(\.layer)
        projection = try container.decodeIfPresent(CodableLayer.self, forKey: .projection)?.layer
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(layers.map { CodableLayer($0) }, forKey: .layers)
        try container.encodeIfPresent(projection.map { CodableLayer($0) }, forKey: .projection)
    }
}
