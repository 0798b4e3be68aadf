import Foundation
import TestSupport
import Testing

@testable import Perceptron

/// Derivatives of outputs, row by row, by torch.func in float64 (`Golden/make_jacobians_golden.py`).
@Suite struct GoldenJacobianTests {
    struct File: Decodable {
        let cases: [Case]
    }

    struct Case: Decodable, Sendable, CustomTestStringConvertible {
        let name: String
        let layers: [CodableLayer]
        let columns: Int
        let parameters: [Double]
        let state: [Double]
        let inputs: [Double]
        let inputJacobian: [Double]
        let parameterJacobian: [Double]

        var testDescription: String { name }
    }

    static let file: File = {
        let url = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden/jacobians.json")
        return (try? JSONDecoder().decode(File.self, from: Data(contentsOf: url))) ?? File(cases: [])
    }()

    @Test func allCasesAreRead() { #expect(Self.file.cases.count == 3) }

    @Test(arguments: file.cases) func inDouble(_ golden: Case) throws {
        try check(golden, Double.self, relative: 1e-10, floor: 1e-3)
    }

    @Test(arguments: file.cases) func inFloat(_ golden: Case) throws {
        try check(golden, Float.self, relative: 1e-4, floor: 1e-1)
    }

    private func check<Scalar: BLASScalar>(
        _ golden: Case, _ type: Scalar.Type, relative: Double, floor: Double
    ) throws {
        var model = try MLP<Scalar>(golden.layers.map(\.layer))
        model.parameters = golden.parameters.map { Scalar($0) }
        model.state = golden.state.map { Scalar($0) }
        let rows = golden.inputs.count / golden.columns
        let inputs = Matrix(rows: rows, columns: golden.columns, elements: golden.inputs.map { Scalar($0) })
        for (found, expected) in [
            (try model.inputJacobian(inputs), golden.inputJacobian),
            (try model.parameterJacobian(inputs), golden.parameterJacobian),
        ] {
            #expect(found.rows == rows)
            let elements = found.matrix.elements.map { Double($0) }
            #expect(firstDifference(elements, expected, relative: relative, floor: floor) == nil)
        }
    }
}
