import Foundation
import Perceptron
import TestSupport
import Testing

/// scale · x + shift, with a matrix of parameters of which the layer says how files have it.
private struct Affine: Layer, Codable {
    let isTransposed: Bool

    func outputFeatures(forInputFeatures features: Int) -> Int { features }
    var treatsRowsApart: Bool { true }

    /// Row 0 is the scale, row 1 the shift.
    func parameters(forInputFeatures features: Int) -> [Parameter] {
        [
            Parameter(
                name: "table", rows: 2, columns: features, initializer: .normal(1), isTransposedInFiles: isTransposed),
            Parameter(name: "gain", rows: 1, columns: features, initializer: .normal(1)),
        ]
    }

    func forward<Scalar: BLASScalar>(_ pass: inout ForwardPass<Scalar>) {
        let columns = pass.input.columns
        for row in 0..<pass.input.rows {
            for column in 0..<columns {
                pass.output[row, column] =
                    pass.parameters[2 * columns + column]
                    * (pass.parameters[column] * pass.input[row, column] + pass.parameters[columns + column])
            }
        }
    }

    func backward<Scalar: BLASScalar>(_ pass: inout BackwardPass<Scalar>) {
        for row in 0..<pass.input.rows {
            for column in 0..<pass.input.columns {
                pass.inputGradient[row, column] =
                    pass.parameters[2 * pass.input.columns + column] * pass.parameters[column]
                    * pass.outputGradient[row, column]
            }
        }
    }
}

/// Models with layers of one's own in files.
@Suite struct LayerFileTests {
    @Test(arguments: [false, true]) func savedAndLoaded(_ isTransposed: Bool) throws {
        try LayerRegistry.register(Affine.self, as: "affine")
        let folder = try TemporaryFolder()
        let file = folder.file("model.safetensors")

        let layers: [any Layer] = [Linear(3, 5), Affine(isTransposed: isTransposed), Linear(5, 2)]
        let model = try MLP<Double>(layers, seed: 4)
        try model.save(to: file)
        let found = try MLP<Double>(contentsOf: file)
        #expect(found.parameters == model.parameters)
        #expect((found.layers[1] as? Affine)?.isTransposed == isTransposed)
        #expect(found.parameterLayout == model.parameterLayout)

        let stored = try SafetensorsFile(contentsOf: file)
        #expect(stored["1.table"]?.shape == (isTransposed ? [5, 2] : [2, 5]))
        #expect(stored["1.gain"]?.shape == [5])
        let table = try stored.array("1.table", of: Double.self)
        let start = model.parameterLayout[2].range.lowerBound
        #expect(table[1] == model.parameters[isTransposed ? start + 5 : start + 1])

        // The layer's own parameters are read, those around it are mapped.
        let inputs = Matrix<Double>([[0.5, -1, 2]])
        var predictor = try Predictor<Double>(contentsOf: file)
        var outputs = [0.0, 0.0]
        var room = outputs.mutableSpan
        try predictor.predict(inputs.elements.span, into: &room)
        let expected = try model.predict(inputs).elements
        for (a, b) in zip(outputs, expected) { #expect(abs(a - b) < 1e-12) }
    }
}
