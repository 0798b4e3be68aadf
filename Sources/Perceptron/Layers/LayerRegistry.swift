/// The names of layers in files.
///
/// The layers of this package are registered. To save and load models with layers of your own, make them `Codable` and
/// register each of them first:
///
/// ```swift
/// struct Scale: Layer, Codable {
///     let factor: Double
///     …
/// }
/// try LayerRegistry.register(Scale.self, as: "Scale")
/// ```
///
/// A name that is used in files must not change.
public enum LayerRegistry {
    private struct Entries {
        var types: [String: any (Layer & Codable).Type] = [:]
        var names: [ObjectIdentifier: String] = [:]

        init(_ types: [any (Layer & Codable).Type]) {
            for type in types { add(type, "\(type)") }
        }

        mutating func add(_ type: any (Layer & Codable).Type, _ name: String) {
            types[name] = type
            names[ObjectIdentifier(type)] = name
        }
    }

    private static let entries = Locked(
        Entries([
            Affine.self, AlphaDropout.self, Average.self, BatchNorm.self, CELU.self, Columns.self, Dropout.self,
            ELU.self, Embedding.self, EnsembleLinear.self, Exponential.self, GELU.self, GaussianNoise.self,
            HardSigmoid.self,
            HardSwish.self, HardTanh.self,
            Identity.self, LayerNorm.self, LeakyReLU.self, Linear.self, LogSoftmax.self, MemberMean.self,
            Mish.self, Multiply.self, NTKLinear.self, PReLU.self, ParametricActivation.self, PeriodicEmbedding.self,
            PiecewiseLinearEncoding.self, RMSNorm.self, ReLU.self, Residual.self,
            SELU.self, Scale.self, SiLU.self, Sigmoid.self, Sine.self, Softmax.self, Softplus.self, Softsign.self,
            Tanh.self,
        ]))

    /// Registers the name of a type of layers in files. Registering it again changes nothing.
    /// - Throws: `PerceptronError.invalidArgument` if the name is another type's, or the type has another name.
    public static func register(
        _ type: any (Layer & Codable).Type, as name: String
    ) throws(PerceptronError) {
        try entries.withLock { (entries) throws(PerceptronError) in
            if let other = entries.types[name], other != type {
                throw .invalidArgument("\(type) can't be registered as \"\(name)\", which is the name of \(other)")
            }
            if let other = entries.names[ObjectIdentifier(type)], other != name {
                throw .invalidArgument("\(type) can't be registered as \"\(name)\": it is already \"\(other)\"")
            }
            entries.add(type, name)
        }
    }

    /// A layer as it is coded, and its name.
    /// - Throws: `PerceptronError.invalidArgument` if its type is not registered.
    static func registered(_ layer: any Layer) throws(PerceptronError) -> (name: String, layer: any Layer & Codable) {
        let type = type(of: layer)
        guard let codable = layer as? any Layer & Codable,
            let name = entries.withLock({ $0.names[ObjectIdentifier(type)] })
        else {
            throw .invalidArgument(
                "\(type) has no name in files; make it Codable and first call "
                    + "LayerRegistry.register(\(type).self, as: \"\(type)\")")
        }
        return (name, codable)
    }

    /// - Throws: `PerceptronError.invalidArgument` if there is no such name.
    static func registeredType(_ name: String) throws(PerceptronError) -> any (Layer & Codable).Type {
        let (type, names) = entries.withLock { ($0.types[name], $0.types.keys.sorted()) }
        guard let type else {
            throw .invalidArgument(
                "no layer is named \"\(name)\"; registered are \(names.joined(separator: ", ")) "
                    + "(LayerRegistry.register adds others)")
        }
        return type
    }
}
