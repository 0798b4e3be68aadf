import Foundation
import Testing

@testable import Perceptron
@testable import PerceptronTesting

/// Layers that PyTorch doesn't have against their authors' formulas in float64 (`Golden/make_tabular_golden.py`): outputs, and
/// gradients of inputs and parameters.
@Suite struct TabularGoldenTests {
    struct File: Decodable {
        let cases: [Case]
        let quantiles: Quantiles
    }

    struct Case: Decodable, Sendable, CustomTestStringConvertible {
        let name: String
        let layer: CodableLayer
        let rows: Int
        let columns: Int
        let inputs: [Double]
        let parameters: [Double]
        let outputs: [Double]
        let outputGradient: [Double]
        let inputGradient: [Double]
        let parameterGradients: [Double]

        var testDescription: String { name }

        func call<Scalar: BLASScalar>(_: Scalar.Type) throws -> LayerCall<Scalar> {
            let width = try layer.layer.outputFeatures(forInputFeatures: columns)
            return LayerCall(
                layer.layer, inputs: Matrix(rows: rows, columns: columns, elements: inputs.map { Scalar($0) }),
                parameters: parameters.map { Scalar($0) },
                gradient: Matrix(rows: rows, columns: width, elements: outputGradient.map { Scalar($0) }))
        }
    }

    struct Quantiles: Decodable, Sendable {
        let inputs: [Double]
        let rows: Int
        let bins: Int
        let edges: [[Double]]
    }

    static let file: File? = {
        let url = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden/tabular.json")
        return try? JSONDecoder().decode(File.self, from: Data(contentsOf: url))
    }()

    @Test func allCasesAreRead() throws {
        #expect(try #require(Self.file).cases.count == 24)
    }

    private func check<Scalar: BLASScalar>(_ golden: Case, _: Scalar.Type, relative: Double) throws {
        let call = try golden.call(Scalar.self)
        for (found, expected, name) in [
            (call.outputs.elements, golden.outputs, "outputs"),
            (call.backward().elements, golden.inputGradient, "input gradient"),
            (call.parameterGradients(), golden.parameterGradients, "parameter gradients"),
        ] {
            let difference = firstDifference(found.map { Double($0) }, expected, relative: relative, floor: 1)
            #expect(difference == nil, "\(name)")
        }
    }

    @Test(arguments: file?.cases ?? []) func inDouble(_ golden: Case) throws {
        try check(golden, Double.self, relative: 1e-10)
    }

    @Test(arguments: file?.cases ?? []) func inFloat(_ golden: Case) throws {
        try check(golden, Float.self, relative: 1e-4)
    }

    @Test func quantilesArePyTorchs() throws {
        let golden = try #require(Self.file).quantiles
        let inputs = Matrix(rows: golden.rows, columns: golden.edges.count, elements: golden.inputs)
        let encoding = try PiecewiseLinearEncoding.quantiles(of: inputs, bins: golden.bins)
        for (found, expected) in zip(encoding.bins, golden.edges) {
            #expect(firstDifference(found, expected, relative: 1e-14) == nil)
        }
        #expect(encoding.bins.count == 3)
        #expect(encoding.bins[2].count < golden.bins + 1)
    }
}
