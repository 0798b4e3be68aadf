/// Settings of a recipe; nil means the recipe's own.
///
/// ```swift
/// var settings = TabularSettings()
/// settings.learningRate = 0.02
/// settings.width = 512
/// let model = TabularModel<Float>(.realMLP, settings: settings)
/// ```
/// ``TabularModel/tune(on:budget:validation:intervals:callbacks:progress:threads:)`` looks for good ones.
public struct TabularSettings: Equatable, Hashable, Sendable, Codable, CustomStringConvertible {
    /// A function between layers.
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
    /// The part of the units that is left out in a step; not for `.realMLPSimple`.
    public var dropout: Double?
    /// By how much weights decay, times the learning rate; not for `.realMLPSimple`.
    public var weightDecay: Double?
    /// The part of each target that is spread over the classes; of `.realMLP` and `.realMLPSimple`, and not for numbers.
    public var labelSmoothing: Double?
    /// What lies between layers; of `.realMLP` and `.realMLPSimple`.
    public var activation: Activation?
    /// The deviation that the frequencies of embedded numbers start with; of `.realMLP`.
    public var frequencyDeviation: Double?

    /// All that lies between inputs and outputs, in the place of `hiddenLayers`, `width` and `dropout`; of `.plain`.
    public var layers: LayerText?

    /// Creates settings that are the recipe's own.
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

    /// Throws if one is given that the recipe does not have, or a number of layers that is none; the layers and the optimizer check
    /// the rest.
    func check(for recipe: TabularRecipe) throws(PerceptronError) {
        for (name, value) in named where value != nil && recipe.lacks.contains(name) {
            throw .invalidArgument("the recipe \(recipe.rawValue) has no \(name)")
        }
        guard layers == nil || hiddenLayers == nil && width == nil && dropout == nil else {
            throw .invalidArgument("layers are given; hidden layers, width and dropout can't be, too")
        }
        if let hiddenLayers, hiddenLayers < 1 {
            throw .invalidArgument("hidden layers are \(hiddenLayers); at least 1 is needed")
        }
    }
}

extension TabularRecipe {
    /// What it has no use for.
    fileprivate var lacks: Set<String> {
        switch self {
        case .realMLP: ["layers"]
        case .realMLPSimple: ["dropout", "weight decay", "frequency deviation", "layers"]
        case .tabM: ["label smoothing", "activation", "frequency deviation", "layers"]
        case .plain: ["label smoothing", "activation", "frequency deviation"]
        }
    }
}
