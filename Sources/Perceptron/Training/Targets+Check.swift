extension Targets {
    /// Throws unless the loss accepts the targets.
    /// - Parameter rows: the rows to check; all if nil.
    func check(for loss: BatchLoss<Scalar>, name: String = "targets", rows: [Int]? = nil) throws(PerceptronError) {
        switch self {
        case .matrix(let matrix):
            try loss.check(targetColumns: matrix.columns, name: name)
            try Perceptron.check(matrix, name, columns: matrix.columns, of: "the model gives", rows: rows)
            guard loss.limitsTargets else { return }
            for place in 0..<(rows?.count ?? matrix.rows) {
                let row = rows?[place] ?? place
                for column in 0..<matrix.columns {
                    if loss.accepts(matrix[row, column]) { continue }
                    throw .invalidValue(
                        "\(name) have " + loss.refusal(of: matrix[row, column], in: "row \(row), column \(column)"))
                }
            }
        case .classes(let classes):
            try loss.check(targetColumns: nil, name: name)
            try Perceptron.check(classes: classes, below: loss.targets.classes, name: name, rows: rows)
        }
    }
}
