/// Settings that replace a recipe's own; nil keeps the recipe's.
///
/// ```swift
/// var settings = TabularSettings()
/// settings.learningRate = 0.02
/// settings.width = 512
/// let model = TabularModel<Float>(.realMLP, settings: settings)
/// ```
/// ``TabularModel/tune(on:budget:validation:intervals:checkpoints:callbacks:across:progress:threads:)`` searches for good ones.
public struct TabularSettings: Equatable, Hashable, Sendable, Codable, CustomStringConvertible {
    /// An activation function of the hidden layers.
    public enum Activation: String, CaseIterable, Equatable, Hashable, Sendable, Codable {
        /// ``ReLU``.
        case relu
        /// ``SELU``.
        case selu
        /// ``Mish``.
        case mish

        var layer: any Layer {
            switch self {
            case .relu: ReLU()
            case .selu: SELU()
            case .mish: Mish()
            }
        }
    }

    /// The largest learning rate of the schedule.
    public var learningRate: Double?
    /// The number of hidden layers.
    public var hiddenLayers: Int?
    /// The width of each hidden layer.
    public var width: Int?
    /// The fraction of the units that dropout sets to 0 in a step; not for `.realMLPSimple`.
    public var dropout: Double?
    /// The weight decay λ: a step subtracts η·λ·w from a weight w, where η is the learning rate; not for
    /// `.realMLPSimple`.
    public var weightDecay: Double?
    /// The fraction of each target that is spread over all classes; for `.realMLP` and `.realMLPSimple` with classes.
    public var labelSmoothing: Double?
    /// The activation of the hidden layers; for `.realMLP` and `.realMLPSimple`.
    public var activation: Activation?
    /// The standard deviation of the initial frequencies of the numeric embeddings; for `.realMLP`.
    public var frequencyDeviation: Double?

    /// All hidden layers, instead of `hiddenLayers`, `width` and `dropout`; for `.plain`.
    public var layers: LayerText?

    /// Creates settings that keep all of the recipe's own.
    public init() {}

    /// What differs from the recipe: "learning rate 0.02, width 512".
    public var description: String {
        let texts = named.compactMap { name, value in value.map { "\(name) \($0)" } }
        return texts.isEmpty ? "the recipe's own" : texts.joined(separator: ", ")
    }

    private var named: [(name: String, value: String?)] {
        [
            ("learning rate", learningRate.map(ProgressDisplay.short)), ("hidden layers", hiddenLayers.map { "\($0)" }),
            ("width", width.map { "\($0)" }), ("dropout", dropout.map(ProgressDisplay.short)),
            ("weight decay", weightDecay.map(ProgressDisplay.short)),
            ("label smoothing", labelSmoothing.map(ProgressDisplay.short)), ("activation", activation?.rawValue),
            ("frequency deviation", frequencyDeviation.map(ProgressDisplay.short)),
            ("layers", layers.map { "\"\($0)\"" }),
        ]
    }

    /// Throws if a setting is given that the recipe doesn't have, or no hidden layers; the layers and the optimizer
    /// check the rest.
    func check(for recipe: TabularRecipe) throws(PerceptronError) {
        for (name, value) in named where value != nil && recipe.lacks.contains(name) {
            throw .invalidArgument("the recipe \(recipe.rawValue) has no \(name)")
        }
        guard layers == nil || hiddenLayers == nil && width == nil && dropout == nil else {
            throw .invalidArgument("layers replace hidden layers, width and dropout; both can't be given")
        }
        if let hiddenLayers, hiddenLayers < 1 {
            throw .invalidArgument("\(hiddenLayers) hidden layers; at least 1 is needed")
        }
    }
}

extension TabularRecipe {
    /// The settings that it doesn't have.
    fileprivate var lacks: Set<String> {
        switch self {
        case .realMLP: ["layers"]
        case .realMLPSimple: ["dropout", "weight decay", "frequency deviation", "layers"]
        case .tabM: ["label smoothing", "activation", "frequency deviation", "layers"]
        case .plain: ["label smoothing", "activation", "frequency deviation"]
        }
    }
}
