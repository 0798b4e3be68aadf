/// Precision, recall and F1 of every class and on average (`sklearn.metrics.classification_report`).
///
/// ```swift
/// print(try ClassificationReport(model.predict(x), classes, labelNames: ["cat", "dog"]))
/// ```
public struct ClassificationReport: Equatable, Sendable {
    /// Precision, recall and F1 of a class, or their average.
    public struct Line: Equatable, Sendable {
        /// The name of the class or of the average.
        public let name: String
        /// The fraction of rows predicted to be of the class that are of it.
        public let precision: Double
        /// The fraction of rows of the class that are predicted to be of it.
        public let recall: Double
        /// The harmonic mean of precision and recall.
        public let f1: Double
        /// The weight of the rows of the class.
        public let support: Double
    }

    /// One for each class that occurs in targets or predictions.
    public let classes: [Line]
    /// The fraction of rows that are predicted correctly.
    public let accuracy: Double
    /// The mean over these classes.
    public let macro: Line
    /// The mean over these classes, weighted by their rows.
    public let weighted: Line

    /// Creates the report from outputs and targets, in the form that ``Metric`` takes them.
    /// - Parameters:
    ///   - outputs: predictions, rows × classes.
    ///   - targets: the class of each row, or one-hot rows.
    ///   - weights: how many rows each row counts as; 1 if nil.
    ///   - labelNames: the names of the classes; one for each, or none.
    /// - Throws: `PerceptronError` if the shapes don't fit, there are no rows, or a value is out of its range.
    public init<Scalar>(
        _ outputs: Matrix<Scalar>, _ targets: Targets<Scalar>, weights: [Double]? = nil, labelNames: [String] = []
    ) throws(PerceptronError) {
        let rows = try ClassifiedRows(outputs.doubles, targets.doubles, weights)
        let names = try rows.checkedLabelNames(labelNames)
        let counts = ClassCounts(rows)
        let support = counts.actual.compensatedSum()
        func line(_ name: String, _ averaging: Averaging, support: Double) throws(PerceptronError) -> Line {
            Line(
                name: name, precision: try counts.average(ClassCounts.precision, averaging),
                recall: try counts.average(ClassCounts.recall, averaging),
                f1: try counts.average(ClassCounts.f1, averaging), support: support)
        }
        var classes: [Line] = []
        for number in counts.occurring {
            classes.append(try line(names[number], .ofClass(number), support: counts.actual[number]))
        }
        self.classes = classes
        macro = try line("macro average", .macro, support: support)
        weighted = try line("weighted average", .weighted, support: support)
        accuracy = try counts.average(ClassCounts.recall, .micro)
    }

    /// The same for the class of each row.
    public init<Scalar>(
        _ outputs: Matrix<Scalar>, _ targets: [Int], weights: [Double]? = nil, labelNames: [String] = []
    ) throws(PerceptronError) {
        try self.init(outputs, .classes(targets), weights: weights, labelNames: labelNames)
    }
}

extension ClassificationReport: CustomStringConvertible {
    /// A line for each class and each average.
    public var description: String {
        let areWhole = classes.allSatisfy { $0.support == $0.support.rounded() }
        var table = TextTable()
        func append(_ line: Line) {
            table.append(
                [line.name, line.precision.fixed(3), line.recall.fixed(3), line.f1.fixed(3)]
                    + [line.support.fixed(areWhole ? 0 : 2)])
        }
        table.append(["", "precision", "recall", "F1", "support"])
        for line in classes { append(line) }
        table.append(["accuracy", "", "", accuracy.fixed(3), macro.support.fixed(areWhole ? 0 : 2)])
        append(macro)
        append(weighted)
        return table.description
    }
}
