import ArgumentParser
import Perceptron

/// The options of a model whose settings are given.
struct NetworkOptions: ParsableArguments {
    @OptionGroup var model: ModelOptions

    @Option(
        help: ArgumentHelp(
            "Hidden layers of the recipe plain, such as \"256 relu, dropout 0.1, 64 gelu\".",
            valueName: "layers"),
        transform: { try LayerText($0) })
    var layers: LayerText?

    @Option(help: ArgumentHelp("Most passes over the rows (default: the recipe's own).", valueName: "count"))
    var epochs: Int?

    func validate() throws {
        if let epochs, epochs < 1 { throw ValidationError("--epochs is \(epochs); at least 1 is needed.") }
        if layers != nil, model.recipe ?? .plain != .plain {
            throw ValidationError("--layers needs --recipe plain; the other recipes have layers of their own.")
        }
    }

    private var recipe: TabularRecipe { model.recipe ?? (layers == nil ? .realMLP : .plain) }

    var untrained: TabularModel<Float> {
        var settings = TabularSettings()
        settings.layers = layers
        return model.model(recipe, settings)
    }

    /// The options as a report shows them.
    var described: [(name: String, value: String)] {
        model.described(recipe) + (layers.map { [("Hidden layers", "\($0)")] } ?? [])
            + [("Epochs", epochs.map { "\($0)" } ?? "the recipe's own")]
    }
}
