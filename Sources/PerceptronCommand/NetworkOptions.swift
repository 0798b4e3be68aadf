import ArgumentParser
import Perceptron

/// How a model is made whose settings are known.
struct NetworkOptions: ParsableArguments {
    @OptionGroup var model: ModelOptions

    @Option(
        help: ArgumentHelp(
            "Hidden layers in the place of those of the recipe plain, as \"256 relu, dropout 0.1, 64 gelu\".",
            valueName: "layers"),
        transform: { try LayerText($0) })
    var layers: LayerText?

    @Option(help: ArgumentHelp("Passes over the rows; as many as the recipe has if not given.", valueName: "count"))
    var epochs: Int?

    func validate() throws {
        if let epochs, epochs < 1 { throw ValidationError("--epochs is \(epochs); at least 1 is needed.") }
        if layers != nil, model.recipe ?? .plain != .plain {
            throw ValidationError("--layers goes with the recipe plain; others have layers of their own.")
        }
    }

    private var recipe: TabularRecipe { model.recipe ?? (layers == nil ? .realMLP : .plain) }

    var untrained: TabularModel<Float> {
        var settings = TabularSettings()
        settings.layers = layers
        return model.model(recipe, settings)
    }

    /// What a report says of them.
    var described: [(name: String, value: String)] {
        model.described(recipe) + (layers.map { [("Hidden layers", "\($0)")] } ?? [])
            + [("Epochs", epochs.map { "\($0)" } ?? "as many as the recipe has")]
    }
}
