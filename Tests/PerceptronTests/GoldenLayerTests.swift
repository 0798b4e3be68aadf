import Foundation
import TestSupport
import Testing

@testable import Perceptron

/// Single layers against PyTorch in float64 (`Golden/make_layers_golden.py`): outputs, and gradients of inputs and
/// parameters, extremes among them.
@Suite struct GoldenLayerTests {
    struct File: Decodable {
        let cases: [Case]
        /// x, GELU(x) and its derivative, rounded from 60 digits.
        let gelu: [[Double]]
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
    }

    static let file: File = {
        let url = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden/layers.json")
        return (try? JSONDecoder().decode(File.self, from: Data(contentsOf: url))) ?? File(cases: [], gelu: [])
    }()

    @Test func allCasesAreRead() {
        #expect(Self.file.cases.count == 48)
        #expect(Self.file.gelu.count == 494)
    }

    /// What a layer makes of a case's numbers, rounded to a scalar type.
    private struct Passes<Scalar: BLASScalar> {
        var outputs: [Scalar] = []
        var inputGradient: [Scalar] = []
        var parameterGradients: [Scalar] = []

        init(_ golden: Case) throws {
            let layer = golden.layer.layer
            let (rows, columns) = (golden.rows, golden.columns)
            #expect(try layer.outputFeatures(forInputFeatures: columns) == columns)
            let inputs = golden.inputs.map { Scalar($0) }
            let parameters = golden.parameters.map { Scalar($0) }
            let gradient = golden.outputGradient.map { Scalar($0) }
            #expect(
                layer.parameters(forInputFeatures: columns).reduce(0) { $0 + $1.rows * $1.columns } == parameters.count)
            outputs = [Scalar](repeating: .nan, count: rows * columns)
            var scratch = [Scalar](
                repeating: .nan, count: rows * layer.scratch(forInputFeatures: columns).perRow)
            var forward = ForwardPass(
                input: MatrixView(rows: rows, columns: columns, elements: inputs.span), parameters: parameters.span,
                columns: 0..<columns,
                output: MutableMatrixView(rows: rows, columns: columns, elements: outputs.mutableSpan),
                rowScratch: scratch.mutableSpan)
            layer.forward(&forward)
            // A layer that says it doesn't read its outputs gets none.
            let kept =
                layer.readsOutputInBackward ? outputs : [Scalar](repeating: .nan, count: outputs.count)
            inputGradient = [Scalar](repeating: .nan, count: rows * columns)
            var backward = BackwardPass(
                input: MatrixView(rows: rows, columns: columns, elements: inputs.span),
                output: MatrixView(rows: rows, columns: columns, elements: kept.span),
                outputGradient: MatrixView(rows: rows, columns: columns, elements: gradient.span),
                parameters: parameters.span, columns: 0..<columns,
                inputGradient: MutableMatrixView(rows: rows, columns: columns, elements: inputGradient.mutableSpan),
                rowScratch: scratch.span)
            layer.backward(&backward)
            parameterGradients = [Scalar](repeating: .nan, count: parameters.count)
            var pass = ParameterPass(
                input: MatrixView(rows: rows, columns: columns, elements: inputs.span),
                output: MatrixView(rows: rows, columns: columns, elements: kept.span),
                outputGradient: MatrixView(rows: rows, columns: columns, elements: gradient.span),
                parameters: parameters.span, parts: 0..<layer.parameterParts(forInputFeatures: columns),
                gradients: parameterGradients.mutableSpan, rowScratch: scratch.span)
            layer.parameterGradients(&pass)
        }
    }

    /// Rows one by one, because those with a large mean or a small deviation lose more digits, in PyTorch too.
    private func expectRows<Scalar: BLASScalar>(
        _ found: [Scalar], _ expected: [Double], _ golden: Case, relative: Double, _ name: String
    ) {
        for row in 0..<golden.rows {
            let range = row * golden.columns..<(row + 1) * golden.columns
            let difference = firstDifference(
                found[range].map { Double($0) }, Array(expected[range]), relative: relative, floor: 1)
            #expect(difference == nil, "\(name), row \(row)")
        }
    }

    @Test(arguments: file.cases) func inDouble(_ golden: Case) throws {
        let passes = try Passes<Double>(golden)
        expectRows(passes.outputs, golden.outputs, golden, relative: 1e-11, "outputs")
        expectRows(passes.inputGradient, golden.inputGradient, golden, relative: 1e-9, "input gradient")
        #expect(
            firstDifference(passes.parameterGradients, golden.parameterGradients, relative: 1e-10, floor: 1e-3) == nil)
    }

    /// Float against Double of the numbers that Float has.
    @Test(arguments: file.cases) func inFloat(_ golden: Case) throws {
        func rounded(_ values: [Double]) -> [Double] { values.map { Double(Float($0)) } }
        let numbers = Case(
            name: golden.name, layer: golden.layer, rows: golden.rows, columns: golden.columns,
            inputs: rounded(golden.inputs), parameters: rounded(golden.parameters), outputs: golden.outputs,
            outputGradient: rounded(golden.outputGradient), inputGradient: golden.inputGradient,
            parameterGradients: golden.parameterGradients)
        let doubles = try Passes<Double>(numbers)
        let floats = try Passes<Float>(numbers)
        expectRows(floats.outputs, doubles.outputs, numbers, relative: 1e-6, "outputs")
        expectRows(floats.inputGradient, doubles.inputGradient, numbers, relative: 1e-6, "input gradient")
        #expect(
            firstDifference(
                floats.parameterGradients.map { Double($0) }, doubles.parameterGradients, relative: 1e-6, floor: 1)
                == nil)
    }

    /// To five units in the last place where PyTorch has lost all digits, and with the right sign of zero.
    @Test(arguments: kernelVariants) func normalDistributionsTail(_ set: InstructionSet) throws {
        let gelu = try #require(ElementwiseCase.all.first { $0.name == "GELU" })
        for numbers in Self.file.gelu {
            let (y, gradient) = gelu.apply([numbers[0]], set)
            #expect(ulps(y[0], numbers[1]) <= 5 && y[0].sign == numbers[1].sign, "GELU(\(numbers[0]))")
            let allowed = 3 * Double.ulpOfOne * max(abs(numbers[2]), numbers[0] < -1 ? 0 : 0.5)
            #expect(
                abs(gradient[0] - numbers[2]) <= max(8 * numbers[2].ulp, allowed), "the derivative at \(numbers[0])")
        }
    }
}
