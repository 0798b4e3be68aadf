/// Rows with the class each has and what a model gave for it, checked: what metrics of classes are computed from.
struct ClassifiedRows: WeightedRows {
    /// Rows × classes, or one column with the probability of class 1.
    let outputs: Matrix<Double>
    let classes: Int
    /// The class of each row.
    let targets: [Int]
    /// For how many rows each counts.
    let weights: [Double]
    /// What the classes are called, where that is known.
    var labelNames: [String] = []

    /// - Throws: `PerceptronError` if the counts don't fit, there is no row, or a value is out of its range; one-hot
    ///   targets must have a single 1 in every row.
    init(_ outputs: Matrix<Double>, _ targets: Targets<Double>, _ weights: [Double]?) throws(PerceptronError) {
        self.weights = try checkedMetricWeights(outputs, targets, weights)
        self.outputs = outputs
        classes = max(outputs.columns, 2)
        switch targets {
        case .classes(let classes):
            try check(classes: classes, below: self.classes)
            self.targets = classes
        case .matrix(let matrix):
            try check(matrix, "targets", columns: outputs.columns, of: "the outputs have")
            self.targets = try matrix.columns == 1 ? binaryClasses(matrix) : oneHotClasses(matrix)
        }
    }

    /// The most probable class of a row; the first of equals.
    func prediction(_ row: Int) -> Int {
        if outputs.columns == 1 { return outputs[row, 0] > 0.5 ? 1 : 0 }
        var best = 0
        for column in 1..<outputs.columns where outputs[row, column] > outputs[row, best] { best = column }
        return best
    }

    func probability(_ row: Int, _ number: Int) -> Double {
        if outputs.columns > 1 { return outputs[row, number] }
        return number == 1 ? outputs[row, 0] : 1 - outputs[row, 0]
    }

    /// What a message calls a class.
    func name(_ number: Int) -> String {
        labelNames.indices.contains(number) ? "class \"\(labelNames[number])\"" : "class \(number)"
    }

    /// What the classes are called: their numbers if no names are given; throws unless there is one for each.
    func checkedLabelNames(_ names: [String]) throws(PerceptronError) -> [String] {
        if names.isEmpty { return (0..<classes).map { "\($0)" } }
        guard names.count == classes else {
            throw .shapeMismatch("\(counted(names.count, "label name")) for \(counted(classes, "class", "classes"))")
        }
        return names
    }

    /// Throws unless the outputs are probabilities: from 0 to 1, and 1 together in each row, up to the rounding of Float
    /// (the root of its unit in the last place, as scikit-learn allows).
    func checkProbabilities() throws(PerceptronError) {
        let tolerance = Double(Float.ulpOfOne).squareRoot()
        for row in 0..<outputs.rows {
            var sum = 0.0
            for column in 0..<outputs.columns {
                let value = outputs[row, column]
                guard value >= 0, value <= 1 else {
                    throw .invalidValue(
                        "outputs have \(value) in row \(row), column \(column) (counted from 0); "
                            + "probabilities are from 0 to 1")
                }
                sum += value
            }
            guard outputs.columns == 1 || abs(sum - 1) <= tolerance else {
                throw .invalidValue(
                    "outputs in row \(row) (counted from 0) sum to \(sum); the probabilities of a row sum to 1")
            }
        }
    }
}

private func binaryClasses(_ matrix: Matrix<Double>) throws(PerceptronError) -> [Int] {
    if let row = matrix.elements.firstIndex(where: { $0 != 0 && $0 != 1 }) {
        throw .invalidValue(
            "targets have \(matrix.elements[row]) in row \(row) (counted from 0); with one column of outputs, "
                + "classes are 0 or 1. \(classesReadAsValues)")
    }
    return matrix.elements.map { Int($0) }
}

private func oneHotClasses(_ matrix: Matrix<Double>) throws(PerceptronError) -> [Int] {
    var classes: [Int] = []
    classes.reserveCapacity(matrix.rows)
    for row in 0..<matrix.rows {
        let values = matrix.elements[row * matrix.columns..<(row + 1) * matrix.columns]
        guard let one = values.firstIndex(of: 1), values.allSatisfy({ $0 == 0 || $0 == 1 }),
            values[(one + 1)...].allSatisfy({ $0 == 0 })
        else {
            throw .invalidValue(
                "targets in row \(row) (counted from 0) are not one-hot: a classification metric takes a single 1 "
                    + "among 0s"
            )
        }
        classes.append(one - values.startIndex)
    }
    return classes
}
