import Perceptron

/// The prediction for a row as a JSON object.
struct PredictionObject {
    let targetNames: [String]
    let labelNames: [String]

    /// - Parameter interval: the bounds, rows × targets each, if there are intervals.
    func json(
        _ row: Int, _ outputs: Matrix<Float>, interval: (lower: Matrix<Float>, upper: Matrix<Float>)?
    ) -> JSONValue {
        func values(_ matrix: Matrix<Float>) -> JSONValue {
            .object(targetNames.enumerated().map { .init($1, JSONValue(matrix[row, $0])) })
        }
        guard labelNames.isEmpty else {
            let label = labelNames[outputs.likeliestClass(row, of: labelNames.count)]
            let probabilities = labelNames.suffix(outputs.columns).enumerated()
            return JSONValue([
                "prediction": .object(targetNames.map { .init($0, .string(label)) }),
                "probabilities": .object(probabilities.map { .init($1, JSONValue(outputs[row, $0])) }),
            ])
        }
        guard let interval else { return JSONValue(["prediction": values(outputs)]) }
        return JSONValue([
            "prediction": values(outputs), "lower": values(interval.lower), "upper": values(interval.upper),
        ])
    }
}
