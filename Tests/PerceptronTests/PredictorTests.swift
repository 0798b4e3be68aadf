import Testing

@testable import Perceptron

@Suite struct PredictorTests {
    private static func model<Scalar: BLASScalar>(_ type: Scalar.Type) throws -> MLP<Scalar> {
        try MLP<Scalar>([Linear(60, 700), Tanh(), Linear(700, 80), ReLU(), Linear(80, 5), Softmax()], seed: 3)
    }

    private func predictions<Scalar: BLASScalar>(
        _ model: MLP<Scalar>, _ inputs: Matrix<Scalar>, mostRows: Int, threads: Int
    ) throws -> [Scalar] {
        var predictor = try Predictor(model, mostRows: mostRows, threads: threads)
        var outputs = [Scalar](repeating: -1, count: inputs.rows * model.outputFeatures)
        for _ in 0..<2 {
            var room = outputs.mutableSpan
            try predictor.predict(inputs.elements.span, into: &room)
        }
        return outputs
    }

    /// Made for as many rows as come, a predictor gives the model's own bits; otherwise the same up to rounding.
    private func asTheModel<Scalar: BLASScalar>(_ type: Scalar.Type) throws {
        let model = try Self.model(type)
        var generator = RandomGenerator(seed: 4)
        for rows in [1, 2, 33, 64, 300] {
            let inputs = generator.matrix(rows, 60, of: type)
            let expected = try model.predict(inputs).elements
            for threads in [1, 2, 3, 8] {
                let found = try predictions(model, inputs, mostRows: rows, threads: threads)
                #expect(found == expected, "\(rows) rows, \(threads) threads")
            }
            let roomy = try predictions(model, inputs, mostRows: 1000, threads: 2).map { Double($0) }
            let tolerance = 256 * Double(Scalar.ulpOfOne)
            #expect(firstDifference(roomy, expected.map { Double($0) }, relative: tolerance, floor: 1) == nil)
        }
    }

    @Test func inDouble() throws { try asTheModel(Double.self) }
    @Test func inFloat() throws { try asTheModel(Float.self) }

    @Test func keepsTheParametersItWasMadeWith() throws {
        var model = try Self.model(Double.self)
        let inputs = Matrix<Double>(rows: 1, columns: 60, repeating: 0.25)
        let before = try model.predict(inputs).elements
        var predictor = try Predictor(model)
        model.parameters = model.parameters.map { $0 + 1 }
        var outputs = [Double](repeating: 0, count: 5)
        var room = outputs.mutableSpan
        try predictor.predict(inputs.elements.span, into: &room)
        #expect(outputs == before)
    }

    @Test func badInput() throws {
        let model = try Self.model(Double.self)
        var outputs = [Double](repeating: -1, count: 10)
        func message(_ inputs: [Double], room: Int, mostRows: Int = 2) -> String? {
            do throws(PerceptronError) {
                var predictor = try Predictor(model, mostRows: mostRows)
                var all = outputs.mutableSpan
                var span = all._mutatingExtracting(first: room)
                try predictor.predict(inputs.span, into: &span)
                return nil
            } catch {
                return error.description
            }
        }
        let row = [Double](repeating: 1, count: 60)
        #expect(message(row + [1], room: 5) == "61 inputs; the model takes 60 per row, and at most 2 rows at once")
        #expect(
            message(row + row + row, room: 10) == "180 inputs; the model takes 60 per row, and at most 2 rows at once")
        #expect(message(row, room: 4) == "room for 4 outputs; 1 row has 5")
        #expect(message(row, room: 6) == "room for 6 outputs; 1 row has 5")
        #expect(message(row, room: 5, mostRows: 0)?.contains("must be at least 1") == true)
        var bad = row + row
        bad[67] = .nan
        #expect(message(bad, room: 10)?.hasPrefix("inputs have nan in row 1, column 7") == true)
        #expect(outputs.allSatisfy { $0 == -1 })
        #expect(message(row, room: 5) == nil)
    }
}
