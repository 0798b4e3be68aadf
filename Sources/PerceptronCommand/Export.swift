import ArgumentParser
import Foundation
import Perceptron
import PerceptronONNX

struct Export: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Exports a model, preprocessing included, for other programs.",
        usage: "perceptron export <model.safetensors> --onnx|--c|--swift <file>")

    @Argument(help: ArgumentHelp("A model written by 'perceptron train'.", valueName: "model.safetensors"))
    var model: String

    @Option(help: ArgumentHelp("Write an ONNX graph.", valueName: "file.onnx"))
    var onnx: String?

    @Option(help: ArgumentHelp("Write a C99 header without dependencies.", valueName: "file.h"))
    var c: String?

    @Option(help: ArgumentHelp("Write a Swift file without imports.", valueName: "file.swift"))
    var swift: String?

    func validate() throws {
        if onnx == nil, c == nil, swift == nil { throw ValidationError("Give --onnx, --c or --swift and a file.") }
    }

    func run() throws {
        let pipeline = try Pipeline<Float>(contentsOf: URL(filePath: model))
        if let onnx { try pipeline.write(onnx: URL(filePath: onnx)) }
        if let c { try pipeline.writeCSource(to: URL(filePath: c)) }
        if let swift { try pipeline.writeSwiftSource(to: URL(filePath: swift)) }
    }
}
