/// How many rows of each class are predicted to have each class (`sklearn.metrics.confusion_matrix`).
///
/// ```swift
/// print(try ConfusionMatrix(model.predict(x), classes, labelNames: ["cat", "dog"]))
/// // target \ predicted  cat  dog
/// // cat                  12    3
/// // dog                   1    9
/// ```
public struct ConfusionMatrix: Equatable, Sendable {
    /// Classes × classes: a row for each target, a column for each prediction; the sums of the rows' weights.
    public let counts: Matrix<Double>
    /// The names of the classes; their numbers if none were given.
    public let labelNames: [String]

    /// Creates the matrix from outputs and targets, in the form that ``Metric`` takes them.
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
        self.labelNames = try rows.checkedLabelNames(labelNames)
        var sums = [CompensatedSum](repeating: CompensatedSum(), count: rows.classes * rows.classes)
        for (row, target) in rows.targets.enumerated() {
            sums[target * rows.classes + rows.prediction(row)] += rows.weights[row]
        }
        counts = Matrix(rows: rows.classes, columns: rows.classes, elements: sums.map(\.value))
    }

    /// The same for the class of each row.
    public init<Scalar>(
        _ outputs: Matrix<Scalar>, _ targets: [Int], weights: [Double]? = nil, labelNames: [String] = []
    ) throws(PerceptronError) {
        try self.init(outputs, .classes(targets), weights: weights, labelNames: labelNames)
    }

    /// The weight of the rows of class `target` that are predicted to be of class `predicted`.
    public subscript(target target: Int, predicted predicted: Int) -> Double { counts[target, predicted] }
}

extension ConfusionMatrix: CustomStringConvertible {
    /// A line for each target, a column for each prediction.
    public var description: String {
        let areWhole = counts.elements.allSatisfy { $0 == $0.rounded() }
        var table = TextTable()
        table.append(["target \\ predicted"] + labelNames)
        for (target, name) in labelNames.enumerated() {
            table.append([name] + labelNames.indices.map { counts[target, $0].fixed(areWhole ? 0 : 2) })
        }
        return table.description
    }
}
