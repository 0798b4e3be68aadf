import Foundation
import TestSupport
import Testing

@testable import Perceptron

/// Trainings with BatchNorm, RMSNorm, layers made of layers, and frozen ones, by PyTorch in float64
/// (`Golden/make_normalisation_golden.py`, `make_composites_golden.py`).
@Suite struct GoldenTrainingTests {
    struct File: Decodable {
        let cases: [Case]
    }

    struct Case: Decodable, Sendable, CustomTestStringConvertible {
        struct Step: Decodable {
            let rows: Int
            let inputs: [Double]
            let targets: [Double]
            let outputs: [Double]
            let loss: Double
            let inputGradient: [Double]
            let gradients: [Double]
            let parameters: [Double]
            let state: [Double]
        }
        let name: String
        let layers: [CodableLayer]
        let frozen: [Int]
        let columns: Int
        let parameters: [Double]
        let steps: [Step]
        let inputs: [Double]
        let predictions: [Double]

        var testDescription: String { name }
    }

    static let cases = ["normalisation", "composites"].flatMap { name -> [Case] in
        let url = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden/\(name).json")
        return (try? JSONDecoder().decode(File.self, from: Data(contentsOf: url)))?.cases ?? []
    }

    @Test func allCasesAreRead() { #expect(Self.cases.count == 23) }

    @Test(arguments: cases) func inDouble(_ golden: Case) throws {
        try check(golden, Double.self, relative: 1e-10, floor: 1e-2)
    }

    @Test(arguments: cases) func inFloat(_ golden: Case) throws {
        try check(golden, Float.self, relative: 1e-4, floor: 1)
    }

    private func check<Scalar: BLASScalar>(
        _ golden: Case, _ type: Scalar.Type, relative: Double, floor: Double
    ) throws {
        func scalars(_ values: [Double]) -> [Scalar] { values.map { Scalar($0) } }
        func expect(_ found: [Scalar], _ expected: [Double], _ name: Comment) {
            #expect(firstDifference(found.map { Double($0) }, expected, relative: relative, floor: floor) == nil, name)
        }
        var model = try MLP<Scalar>(golden.layers.map(\.layer))
        model.parameters = scalars(golden.parameters)
        try model.freeze(layers: golden.frozen)
        var whole = try Trainer(model: model, loss: MeanSquaredError(), optimizer: Adam(learningRate: 0.05))
        for (number, step) in golden.steps.enumerated() {
            var trainer = whole
            let inputs = Matrix(rows: step.rows, columns: golden.columns, elements: scalars(step.inputs))
            let columns = step.targets.count / step.rows
            let targets = Matrix(rows: step.rows, columns: columns, elements: scalars(step.targets))
            let loss = try whole.step(inputs: inputs, targets: targets)
            expect([Scalar(loss)], [step.loss], "step \(number): loss")
            expect(whole.gradients, step.gradients, "step \(number): gradients")
            // Where a gradient is nothing but rounding, Adam's step along it is as large as any.
            if Scalar.self == Double.self {
                expect(whole.model.parameters, step.parameters, "step \(number): parameters")
            }
            expect(whole.model.state, step.state, "step \(number): state")

            expect(try trainer.forward(inputs).elements, step.outputs, "step \(number): outputs")
            #expect(trainer.model.state == (number == 0 ? model.state : trainer.model.state))
            #expect(try trainer.backward(targets: targets, computesInputGradient: true) == loss)
            expect(try #require(trainer.inputGradient).elements, step.inputGradient, "step \(number): input gradient")
            trainer.update()
            #expect(trainer.model.parameters == whole.model.parameters)
            #expect(trainer.model.state == whole.model.state)
            if Scalar.self == Float.self {
                whole.engine.set(ModelValues(parameters: scalars(step.parameters), state: scalars(step.state)))
            }
        }
        let inputs = Matrix(rows: 9, columns: golden.columns, elements: scalars(golden.inputs))
        expect(try whole.model.predict(inputs).elements, golden.predictions, "predictions")
        for index in golden.layers.indices {
            #expect(whole.model.isFrozen(layer: index) == golden.frozen.contains(index))
        }
    }
}
