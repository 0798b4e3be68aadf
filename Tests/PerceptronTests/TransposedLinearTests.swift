import Testing

@testable import Perceptron

/// A Linear with its parameters as files have them is the same function.
@Suite struct TransposedLinearTests {
    private func isTheSame<Scalar: BLASScalar>(_ type: Scalar.Type) throws {
        var generator = RandomGenerator(seed: 3)
        for (rows, inputs, outputs, bias) in [
            (1, 1, 1, true), (1, 7, 70, true), (1, 70, 9, false), (5, 7, 4, true), (3, 9, 70, false),
            (40, 33, 130, true),
        ] {
            let linear = Linear(inputs, outputs, bias: bias)
            let model = try MLP<Scalar>([linear], seed: 8)
            let weight = Matrix(
                rows: inputs, columns: outputs, elements: Array(model.parameters.prefix(inputs * outputs)))
            let turned = (0..<outputs).flatMap { column in (0..<inputs).map { weight[$0, column] } }
            let parameters = model.parameters.dropFirst(inputs * outputs) + turned
            let x = generator.matrix(rows, inputs, of: type)
            let gradient = generator.matrix(rows, outputs, of: type)
            let layer = linear.asInFiles
            #expect(layer.parameters(forInputFeatures: inputs).map(\.name) == (bias ? ["bias", "weight"] : ["weight"]))

            let tolerance = 64 * Double(Scalar.ulpOfOne)
            // All columns at once, and in two blocks.
            let expected = try model.predict(x)
            for columns in [0..<outputs, 0..<outputs / 2, outputs / 2..<outputs] where !columns.isEmpty {
                let part = expected.columns(Array(columns)).elements.map { Double($0) }
                let found = forward(layer, x, Array(parameters), columns)
                #expect(firstDifference(found, part, relative: tolerance, floor: 1) == nil)
            }
            for columns in [0..<inputs, inputs / 2..<inputs] {
                let found = backward(layer, x, gradient, Array(parameters), columns)
                let expected = backward(linear, x, gradient, model.parameters, columns)
                #expect(firstDifference(found, expected, relative: tolerance, floor: 1) == nil)
            }
        }
    }

    private func forward<Scalar: BLASScalar>(
        _ layer: any Layer, _ x: Matrix<Scalar>, _ parameters: [Scalar], _ columns: Range<Int>
    ) -> [Double] {
        Matrix<Scalar>(rows: x.rows, columns: columns.count) { memory in
            // What was in the output must not matter.
            [Scalar](repeating: .nan, count: memory.count).withMemory { memory.copy(from: $0) }
            var pass = ForwardPass(
                input: x.view, parameters: parameters.span, columns: columns,
                output: memory.mutableView(
                    MatrixBlock(columns: columns.count), rows: 0..<x.rows, columns: 0..<columns.count))
            layer.forward(&pass)
        }.elements.map { Double($0) }
    }

    private func backward<Scalar: BLASScalar>(
        _ layer: any Layer, _ x: Matrix<Scalar>, _ gradient: Matrix<Scalar>, _ parameters: [Scalar],
        _ columns: Range<Int>
    ) -> [Double] {
        Matrix<Scalar>(rows: x.rows, columns: columns.count) { memory in
            var pass = BackwardPass(
                input: x.view, output: gradient.view, outputGradient: gradient.view, parameters: parameters.span,
                columns: columns,
                inputGradient: memory.mutableView(
                    MatrixBlock(columns: columns.count), rows: 0..<x.rows, columns: 0..<columns.count))
            layer.backward(&pass)
        }.elements.map { Double($0) }
    }

    @Test func inDouble() throws { try isTheSame(Double.self) }
    @Test func inFloat() throws { try isTheSame(Float.self) }
}
