import Testing

@testable import Perceptron

@Suite struct CalibrationCurveTests {
    /// Two classes: confidences 0.9 (right), 0.85 (wrong), 0.6 (right), and 1 (right, for class 0).
    private static let outputs = Matrix<Double>([[0.1, 0.9], [0.85, 0.15], [0.6, 0.4], [1, 0]])
    private static let targets = Targets<Double>.classes([1, 1, 0, 0])

    @Test func binsSayHowOftenPredictionsAreRight() throws {
        let curve = try CalibrationCurve(Self.outputs, Self.targets, bins: 5)
        #expect(curve.bins.map(\.lower) == [0, 0.2, 0.4, 0.6, 0.8])
        #expect(curve.bins.map(\.upper) == [0.2, 0.4, 0.6, 0.8, 1])
        #expect(curve.bins.map(\.weight) == [0, 0, 1, 0, 3])
        #expect(curve.bins[2].confidence == 0.6)
        #expect(curve.bins[2].accuracy == 1)
        #expect(abs(curve.bins[4].confidence - 2.75 / 3) < 1e-15)
        #expect(curve.bins[4].accuracy == 2.0 / 3)
        #expect(curve.bins[0].confidence.isNaN && curve.bins[0].accuracy.isNaN)
        #expect(abs(curve.expectedError - (0.4 + 0.75) / 4) < 1e-15)
    }

    @Test func rowsCountWithTheirWeights() throws {
        let curve = try CalibrationCurve(Self.outputs, Self.targets, weights: [2, 1, 0, 1], bins: 5)
        #expect(curve.bins.map(\.weight) == [0, 0, 0, 0, 4])
        #expect(curve.bins[4].accuracy == 0.75)
        #expect(abs(curve.bins[4].confidence - (1.8 + 0.85 + 1) / 4) < 1e-15)
        #expect(
            try curve.expectedError
                == Metric.expectedCalibrationError(bins: 5)(Self.outputs, Self.targets, weights: [2, 1, 0, 1]))
    }
}
