import Testing

@testable import Perceptron

/// Values that are not finite are found wherever they are in long inputs, which are looked through piece by piece.
@Suite struct PredictionInputTests {
    @Test(arguments: [(0, 0), (255, 2), (256, 0), (599, 2)], [1, 2])
    func notFiniteInAnyPiece(_ place: (row: Int, column: Int), threads: Int) throws {
        let model = try MLP<Double>([Linear(3, 2)])
        var inputs = Matrix<Double>(rows: 600, columns: 3, repeating: 1)
        inputs[place.row, place.column] = .nan
        let error = #expect(throws: PerceptronError.self) { try model.predict(inputs, threads: threads) }
        #expect(
            error?.description
                == "inputs have nan in row \(place.row), column \(place.column) (counted from 0); all values must be finite"
        )
    }
}
