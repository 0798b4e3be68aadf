import Testing

@testable import Perceptron

/// Values that are not finite are found wherever they are in long inputs, which are looked through piece by piece.
@Suite struct PredictionInputTests {
    /// The first shows in its output what is not finite; the output of the others is wider, or no product.
    static let models: [[any Layer]] = [
        [Linear(3, 2)], [NTKLinear(3, 3), Linear(3, 2)], [Linear(3, 4), Linear(4, 2)], [Tanh(), Linear(3, 2)],
        // A weight that is packed.
        [Linear(3, 3), ReLU(), Linear(3, 300), ReLU(), Linear(300, 300), ReLU(), Linear(300, 2)],
    ]

    @Test(arguments: models.indices, [(0, 0), (255, 2), (256, 0), (599, 2)])
    func notFiniteInAnyPiece(_ index: Int, place: (row: Int, column: Int)) throws {
        let model = try MLP<Double>(Self.models[index])
        for value in [Double.nan, .infinity, -.infinity] {
            var inputs = Matrix<Double>(rows: 600, columns: 3, repeating: 1)
            inputs[place.row, place.column] = value
            for threads in [1, 2] {
                let error = #expect(throws: PerceptronError.self) { try model.predict(inputs, threads: threads) }
                #expect(
                    error?.description
                        == "inputs have \(value) in row \(place.row), column \(place.column) (counted from 0); all values must be finite"
                )
            }
        }
    }

    /// An overflow of a layer is no fault of the inputs.
    @Test func firstLayerOverflows() throws {
        var model = try MLP<Double>([Linear(3, 2, bias: false), Linear(2, 1, bias: false)])
        try model.setParameters([Double](repeating: .greatestFiniteMagnitude, count: 8))
        let inputs = Matrix<Double>(rows: 600, columns: 3, repeating: 1)
        #expect(try model.predict(inputs).elements.allSatisfy { $0 == .infinity })
    }

    /// Long inputs go through packed weights, a few rows through others: the same numbers but for rounding.
    @Test(arguments: [(257, 1), (300, 2), (600, 3)]) func longInputs(rows: Int, threads: Int) throws {
        let model = try MLP<Double>(
            [Linear(70, 300), ReLU(), NTKLinear(300, 300), Tanh(), Linear(300, 19)], seed: 3)
        var generator = RandomGenerator(seed: 4)
        let inputs = generator.matrix(rows, 70, of: Double.self)
        let outputs = try model.predict(inputs, threads: threads)
        #expect(outputs.elements == (try model.predict(inputs, threads: 1).elements))
        var predictor = try Predictor(model, mostRows: rows)
        var predicted = [Double](repeating: 0, count: rows * 19)
        do {
            var span = predicted.mutableSpan
            try predictor.predict(inputs.elements.span, into: &span)
        }
        #expect(predicted == outputs.elements)
        for row in [0, 63, 64, 255, 256, rows - 1] {
            let elements = Array(inputs.elements[row * 70..<row * 70 + 70])
            let one = try model.predict(Matrix(rows: 1, columns: 70, elements: elements))
            for column in 0..<19 { #expect(abs(one[0, column] - outputs[row, column]) < 1e-12) }
        }
    }
}
