/// Predictions as lines of a CSV file: the most probable class and the probabilities, or the values, with intervals if
/// there are.
struct PredictionLines<Scalar: BLASScalar> {
    private let names: [String]
    private let labelNames: [String]
    private let hasInterval: Bool
    private var line: CSVLine

    init(_ pipeline: Pipeline<Scalar>, separator: Character, hasInterval: Bool) throws(PerceptronError) {
        let outputs = try pipeline.predictingModel().outputFeatures
        labelNames = pipeline.labelNames
        // One output for two classes is the probability of the second.
        let outputNames = labelNames.suffix(outputs).map { "P(\($0))" }
        self.hasInterval = hasInterval
        names =
            pipeline.targetNames + outputNames
            + (hasInterval ? pipeline.targetNames.flatMap { ["lower(\($0))", "upper(\($0))"] } : [])
        line = CSVLine(try CSVFormat(hasHeader: true, separator: separator), columns: names.count)
    }

    mutating func header() throws(PerceptronError) -> String {
        var text = ""
        try line.write(header: names, in: &text)
        return text
    }

    /// - Parameter interval: rows × targets each, if the lines have them.
    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    mutating func text(
        _ outputs: Matrix<Scalar>, interval: (lower: Matrix<Scalar>, upper: Matrix<Scalar>)? = nil
    ) throws(PerceptronError) -> String {
        let labels = try labelNames.map { (name) throws(PerceptronError) in try line.field(name) }
        var text = ""
        for row in 0..<outputs.rows {
            if !labels.isEmpty { line.addField(labels[outputs.likeliestClass(row, of: labels.count)]) }
            for column in 0..<outputs.columns { line.add(outputs[row, column]) }
            if let interval {
                for column in 0..<outputs.columns {
                    line.add(interval.lower[row, column])
                    line.add(interval.upper[row, column])
                }
            }
            try line.end(in: &text)
        }
        return text
    }
}

extension Matrix {
    /// The most probable class of a row of probabilities, the first of equal ones; of one column for two classes, the
    /// second
    /// above 0.5.
    package func likeliestClass(_ row: Int, of classes: Int) -> Int {
        if columns < classes { return self[row, 0] > 0.5 ? 1 : 0 }
        var best = 0
        for column in 1..<columns where self[row, column] > self[row, best] { best = column }
        return best
    }
}
