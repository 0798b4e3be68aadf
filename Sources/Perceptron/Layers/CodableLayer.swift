/// A layer of any registered type, coded as the keys of that type and, under `type`, its name.
///
/// A layer made of others encodes them in the same way.
public struct CodableLayer: Codable, Sendable {
    /// The layer.
    public let layer: any Layer

    /// Wraps a layer.
    public init(_ layer: any Layer) { self.layer = layer }

    private enum Key: String, CodingKey { case type }

    /// Decodes the value.
    ///
    /// - Throws: `PerceptronError.invalidArgument` if there is no such name, or the error of the type's own coding.
    public init(from decoder: any Decoder) throws {
        let name = try decoder.container(keyedBy: Key.self).decode(String.self, forKey: .type)
        layer = try LayerRegistry.registeredType(name).init(from: decoder)
    }

    /// Encodes the value.
    ///
    /// - Throws: `PerceptronError.invalidArgument` if the type is not registered, or the error of its own coding.
    public func encode(to encoder: any Encoder) throws {
        let (name, layer) = try LayerRegistry.registered(layer)
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(name, forKey: .type)
        try layer.encode(to: encoder)
    }
}
