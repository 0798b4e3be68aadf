/// Rows with what belongs to them: all of a matrix, or those that `indices` names, in that order.
struct Examples<Scalar: BLASScalar>: Sendable {
    let inputs: Matrix<Scalar>
    let targets: Targets<Scalar>
    /// For each row of `inputs` how many rows it counts for; nil if each is one.
    var weights: [Double]?
    var indices: [Int]?

    var count: Int { indices?.count ?? inputs.rows }

    /// The place in `inputs` of row number `position`.
    func row(_ position: Int) -> Int { indices.map { $0[position] } ?? position }

    /// Throws unless everything fits a model and each other.
    ///
    /// - Parameter name: what comes before "inputs" and "targets" in a message: "", or "validation ".
    func check(for network: Network, name: String = "") throws(PerceptronError) {
        guard inputs.rows == targets.rows else {
            throw .shapeMismatch(
                "\(name)inputs have \(inputs.rows) rows; \(name)targets have \(targets.rows)")
        }
        guard count > 0 else { throw .shapeMismatch("\(name)inputs have no rows; at least 1 is needed") }
        try Perceptron.check(inputs, "\(name)inputs", columns: network.inputFeatures, of: "the model takes")
        try targets.check(outputFeatures: network.outputFeatures, name: "\(name)targets")
        if let weights { try Perceptron.check(weights: weights, rows: inputs.rows, name: "\(name)sample weights") }
    }

    /// These rows with the weight of each times that of its class: the sum over classes of target × weight.
    func weighted(byClass classWeights: [Double], classes count: Int) throws(PerceptronError) -> Examples {
        guard classWeights.count == count else {
            throw .shapeMismatch(
                "\(classWeights.count) class weights; the model gives \(count) classes, each of which needs one")
        }
        try Perceptron.check(weights: classWeights, rows: count, name: "class weights")
        var result = self
        result.weights = (0..<inputs.rows).map { row in
            let weight =
                switch targets {
                case .classes(let classes): classWeights[classes[row]]
                case .matrix(let matrix):
                    (0..<count).reduce(0.0) { $0 + Double(matrix[row, $1]) * classWeights[$1] }
                }
            return weight * (weights?[row] ?? 1)
        }
        return result
    }

    /// These rows in two parts, of each class the same share: `fraction` of them, rounded, goes to the second.
    ///
    /// - Throws: `PerceptronError.invalidArgument` if a part would be empty.
    func split(
        fraction: Double, using generator: inout RandomGenerator
    ) throws(PerceptronError) -> (first: Examples, second: Examples) {
        guard fraction > 0, fraction < 1 else {
            throw .invalidArgument("the validation fraction is \(fraction); it must be above 0 and below 1")
        }
        var order = Array(0..<count)
        generator.shuffle(&order)
        if case .classes(let classes) = targets {
            // The k-th row of a class with n rows stands at (k + 1/2)/n: every stretch of the order has all classes
            // in their shares.
            var size: [Int: Int] = [:]
            for position in order { size[classes[row(position)], default: 0] += 1 }
            var seen: [Int: Int] = [:]
            var place = [Double](repeating: 0, count: count)
            for position in order {
                let label = classes[row(position)]
                place[position] = (Double(seen[label, default: 0]) + 0.5) / Double(size[label, default: 1])
                seen[label, default: 0] += 1
            }
            let drawn = order.enumerated().sorted { a, b in
                (place[a.element], a.offset) < (place[b.element], b.offset)
            }
            order = drawn.map(\.element)
        }
        let held = Int((fraction * Double(count)).rounded())
        guard held > 0, held < count else {
            throw .invalidArgument(
                "the validation fraction \(fraction) of \(count) rows is \(held); "
                    + "at least 1 row is needed for validation and for training")
        }
        var (first, second) = (self, self)
        first.indices = order[held...].sorted().map(row)
        second.indices = order[..<held].sorted().map(row)
        return (first, second)
    }
}

/// Throws unless there is a weight for each row, none is negative, and they are not all 0.
func check(weights: [Double], rows: Int, name: String) throws(PerceptronError) {
    guard weights.count == rows else {
        throw .shapeMismatch("\(weights.count) \(name) for \(rows) rows; one for each is needed")
    }
    if let row = weights.firstIndex(where: { !($0 >= 0 && $0.isFinite) }) {
        throw .invalidValue(
            "\(name) have \(weights[row]) in row \(row) (counted from 0); all must be finite and not negative")
    }
    guard rows == 0 || weights.contains(where: { $0 > 0 }) else {
        throw .invalidValue("\(name) are all 0; at least one must be positive")
    }
}
