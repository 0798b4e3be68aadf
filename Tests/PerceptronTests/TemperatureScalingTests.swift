import Testing

@testable import Perceptron

@Suite struct TemperatureScalingTests {
    /// The probabilities of a model that doubles its logits need a temperature of 2.
    @Test func undoesWhatWasDone() throws {
        var generator = RandomGenerator(seed: 3)
        let honest = generator.distributions(4000, 3, of: Double.self)
        let classes = (0..<honest.rows).map { row in
            let draw = generator.nextUniform()
            return draw < honest[row, 0] ? 0 : draw < honest[row, 0] + honest[row, 1] ? 1 : 2
        }
        let proud = try TemperatureScaling(temperature: 0.5).apply(to: honest)
        let scaling = try TemperatureScaling(fitting: proud, classes)
        #expect(abs(scaling.temperature - 2) < 0.15)
        #expect(try Metric.logLoss(scaling.apply(to: proud), classes) < Metric.logLoss(proud, classes))
        #expect(
            try Metric.expectedCalibrationError(scaling.apply(to: proud), classes)
                < Metric.expectedCalibrationError(proud, classes) / 2)
        #expect(try Metric.accuracy(scaling.apply(to: proud), classes) == Metric.accuracy(proud, classes))
    }

    @Test func oneChangesNothing() throws {
        let probabilities = Matrix<Float>([[0.25, 0.5, 0.25], [1, 0, 0], [0, 0.5, 0.5]])
        let scaled = try TemperatureScaling(temperature: 1).apply(to: probabilities)
        for (a, b) in zip(scaled.elements, probabilities.elements) { #expect(abs(a - b) < 1e-7) }
        let single = try TemperatureScaling(temperature: 1).apply(to: Matrix<Double>([[0.25], [0.75]]))
        #expect(abs(single[0, 0] - 0.25) < 1e-15 && abs(single[1, 0] - 0.75) < 1e-15)
    }

    @Test func equalProbabilities() throws {
        let equal = Matrix<Double>(rows: 3, columns: 4, repeating: 0.25)
        #expect(try TemperatureScaling(fitting: equal, [0, 1, 1]).temperature == 1)
    }

    @Test func refuses() throws {
        for temperature in [0, -1, .nan, .infinity] {
            #expect(throws: PerceptronError.self) { try TemperatureScaling(temperature: temperature) }
        }
        let logits = Matrix<Double>([[2, -1]])
        #expect(throws: PerceptronError.self) { try TemperatureScaling(fitting: logits, [0]) }
        #expect(throws: PerceptronError.self) { try TemperatureScaling(temperature: 2).apply(to: logits) }
        #expect(throws: PerceptronError.self) {
            try TemperatureScaling(fitting: Matrix<Double>([[0.5, 0.5]]), [2])
        }
        let none = Matrix<Double>(rows: 0, columns: 3)
        #expect(throws: PerceptronError.self) { try TemperatureScaling(fitting: none, []) }
        #expect(try TemperatureScaling(temperature: 2).apply(to: none) == none)
    }
}
