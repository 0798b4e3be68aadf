import TestSupport
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

    static func overflowing<Scalar: BLASScalar>(_ layers: [any Layer], _: Scalar.Type) throws -> MLP<Scalar> {
        var model = try MLP<Scalar>(layers)
        try model.setParameters([Scalar](repeating: 1, count: model.parameters.count))
        return model
    }

    /// A layer at which one row overflows is named with that row, however the rows get there.
    @Test(arguments: [(1, 0), (3, 2), (300, 0), (300, 299), (600, 257)], [1, 2])
    func overflow(rows: (count: Int, bad: Int), threads: Int) throws {
        let models: [([any Layer], String)] = [
            ([Linear(3, 2), Linear(2, 1)], "layer 0 (Linear)"),
            ([Linear(3, 700), Dropout(0.5), Linear(700, 5)], "layer 0 (Linear)"),
            ([Tanh(), Linear(3, 2), Linear(2, 600), ReLU(), Linear(600, 300)], "layer 4 (Linear)"),
            ([Identity(), Residual([Linear(3, 3), ReLU(), Linear(3, 3)]), Linear(3, 1)], "layer 1.0 (Linear)"),
        ]
        for (layers, name) in models {
            var model = try Self.overflowing(layers, Float.self)
            if name.contains("4") {
                let last = try #require(model.parameterLayout.last { $0.name == "weight" })
                for index in last.range { model.parameters[index] = .greatestFiniteMagnitude }
            }
            var inputs = Matrix<Float>(rows: rows.count, columns: 3, repeating: 0.5)
            let expected = name.contains("4") ? 0 : rows.bad
            for column in 0..<3 { inputs[rows.bad, column] = .greatestFiniteMagnitude }
            let message =
                "\(name) gives inf in row \(expected), column 0 (counted from 0); look at the inputs of that row, and at "
                + "the parameters. A number may have overflowed Float; Double holds larger ones"
            #expect(throws: PerceptronError.overflow(message)) { try model.predict(inputs, threads: threads) }
            var predictor = try Predictor(model, mostRows: rows.count, threads: threads)
            var outputs = [Float](repeating: 0, count: rows.count * model.outputFeatures)
            let error = #expect(throws: PerceptronError.self) {
                var room = outputs.mutableSpan
                try predictor.predict(inputs.elements.span, into: &room)
            }
            #expect(error == .overflow(message))
            let double = try Self.overflowing(layers, Double.self)
            let outputsInDouble = try double.predict(Matrix<Double>(inputs), threads: threads)
            #expect(outputsInDouble.elements.allSatisfy { $0.isFinite })
        }
    }

    /// An infinity that a layer makes a number of again is a prediction; parameters that are none are told of.
    @Test func whatIsNoOverflow() throws {
        let model = try Self.overflowing([Linear(3, 2), Tanh(), Linear(2, 1)], Float.self)
        let outputs = try model.predict(Matrix(rows: 1, columns: 3, repeating: .greatestFiniteMagnitude))
        #expect(outputs.elements == [3])
        var broken = model
        broken.parameters[7] = .nan
        #expect(
            errorMessage { _ = try broken.predict(Matrix(rows: 1, columns: 3)) }.hasPrefix(
                "layer 0 (Linear) gives nan in row 0, column 1"))
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
