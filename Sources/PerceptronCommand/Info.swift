import ArgumentParser
import Foundation
import Perceptron

struct Info: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Describes a model file.", usage: "perceptron info <model.safetensors> [--json]")

    @Argument(help: ArgumentHelp("A model written by 'perceptron train'.", valueName: "model.safetensors"))
    var model: String

    @Flag(help: "Print a JSON object.")
    var json = false

    func run() throws {
        let model = try TabularModel<Float>(contentsOf: URL(filePath: model))
        guard let network = model.pipeline?.model else { return }
        guard json else {
            let labels = model.labelNames.isEmpty ? "" : ": " + model.labelNames.joined(separator: ", ")
            return try Terminal.print(
                """
                recipe   \(model.recipe.rawValue), \(counted(model.members, "member")), seed \(model.seed)
                predicts \(model.targetNames.joined(separator: ", "))\(labels)\(model.hasIntervals ? ", with intervals" : "")
                from     \(model.columns.map(\.name).joined(separator: ", "))
                network  \(counted(network.layers.count, "layer")), \(counted(network.parameters.count, "parameter"))
                """)
        }
        try Terminal.print(
            JSONValue([
                "recipe": JSONValue(model.recipe.rawValue), "members": JSONValue(model.members),
                "seed": .integer(Int128(model.seed)), "targets": JSONValue(model.targetNames),
                "classes": JSONValue(model.labelNames), "intervals": .bool(model.hasIntervals),
                "columns": .array(model.columns.map(\.json)), "layers": JSONValue(network.layers.count),
                "parameters": JSONValue(network.parameters.count),
            ]))
    }
}

extension Column {
    fileprivate var json: JSONValue {
        switch kind {
        case .numeric: JSONValue(["name": JSONValue(name), "kind": JSONValue("numbers")])
        case .categorical(let categories):
            JSONValue(["name": JSONValue(name), "kind": JSONValue("categories"), "categories": JSONValue(categories)])
        }
    }
}
