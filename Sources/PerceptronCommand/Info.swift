import ArgumentParser
import Foundation
import Perceptron

struct Info: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Says what is in a model's file.")

    @Argument(help: ArgumentHelp("What 'perceptron train' has written.", valueName: "model.safetensors"))
    var model: String

    func run() throws {
        let model = try TabularModel<Float>(contentsOf: URL(filePath: model))
        guard let network = model.pipeline?.model else { return }
        Terminal.print(
            """
            recipe   \(model.recipe.rawValue), \(counted(model.members, "member")), seed \(model.seed)
            predicts \(model.targetNames.joined(separator: ", "))\(model.labelNames.isEmpty ? "" : ": " + model.labelNames.joined(separator: ", "))
            from     \(model.columns.map(\.name).joined(separator: ", "))
            network  \(counted(network.layers.count, "layer")), \(counted(network.parameters.count, "parameter"))
            """)
    }
}
