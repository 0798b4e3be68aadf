/// Rows with targets and weights: all rows of a matrix, or those in `indices`, in that order.
struct Examples<Scalar: BLASScalar>: Sendable {
    let inputs: Matrix<Scalar>
    let targets: Targets<Scalar>
    /// How many rows each row of `inputs` counts as; 1 if nil.
    var weights: [Double]?
    /// Used instead if the loss applies class weights itself.
    var classWeights: ClassWeights?
    var indices: [Int]?
    /// The group of each row of `inputs`, if groups must stay together.
    var groups: [Int]?
    /// Of which rows these are the ones of a process, if that has no others.
    var part: RowPart?

    var count: Int { indices?.count ?? inputs.rows }

    /// The index in `inputs` of the row at `position`.
    func row(_ position: Int) -> Int { indices.map { $0[position] } ?? position }

    /// Throws unless everything fits a model, its loss and each other.
    ///
    /// - Parameter name: precedes "inputs" and "targets" in messages: "", or "validation ".
    func check(for engine: Engine<Scalar>, name: String = "") throws(PerceptronError) {
        guard inputs.rows == targets.rows else {
            throw .shapeMismatch(
                "\(name)inputs have \(counted(inputs.rows, "row")); \(name)targets have \(targets.rows)")
        }
        guard count > 0 || part?.rows ?? 0 > 0 else {
            throw .shapeMismatch("\(name)inputs have no rows; at least 1 is needed")
        }
        // Unused rows may have missing values and unknown classes.
        try Perceptron.check(
            inputs, "\(name)inputs", columns: engine.network.inputFeatures, of: "the model takes", rows: indices)
        try targets.check(for: engine.loss, name: "\(name)targets", rows: indices)
        guard let weights else { return }
        // Built this way, a short name needs no allocation; a step must not allocate.
        let weightsName = name + "sample weights"
        try Perceptron.check(weights: weights, rows: inputs.rows, name: weightsName, needsPositive: part == nil)
        try checkWeight(name: weightsName)
    }

    /// Throws if all weights are 0.
    private func checkWeight(name: String) throws(PerceptronError) {
        // Other processes may have rows that count.
        guard let weights, part == nil else { return }
        for position in 0..<count where weights[row(position)] > 0 { return }
        throw .invalidValue("\(name) are all 0; at least one must be positive")
    }

    /// These rows with their weights multiplied by those of their classes.
    func weighted(byClass classWeights: [Double], for loss: BatchLoss<Scalar>) throws(PerceptronError) -> Examples {
        guard loss.targets.takesClasses else {
            throw .invalidArgument("class weights are given; \(loss.name) has no classes")
        }
        let count = loss.targets.classes
        guard classWeights.count == count else {
            throw .shapeMismatch(
                "\(counted(classWeights.count, "class weight")); the model gives \(counted(count, "class", "classes")), each of which needs one"
            )
        }
        try Perceptron.check(weights: classWeights, rows: count, name: "class weights")
        var weighted = [Double](repeating: 0, count: inputs.rows)
        for row in indices ?? Array(0..<inputs.rows) {
            let weight =
                switch targets {
                case .classes(let classes):
                    loss.loss.weight(
                        ofTargets: TargetView<Scalar>(classes: classes.span, columns: loss.targets.columns), row: row,
                        classWeights: classWeights)
                case .matrix(let matrix):
                    loss.loss.weight(
                        ofTargets: TargetView(values: matrix.view), row: row, classWeights: classWeights)
                }
            guard weight >= 0, weight.isFinite else {
                throw .invalidValue(
                    "by its class weights, row \(row) (counted from 0) has the weight \(weight); "
                        + "they need targets that are classes, or the probability of each class")
            }
            weighted[row] = weight * (weights?[row] ?? 1)
        }
        var result = self
        result.weights = weighted
        if loss.loss.weighsClasses { result.classWeights = ClassWeights(rows: weights, classes: classWeights) }
        try result.checkWeight(name: "sample weights times class weights")
        return result
    }

    /// Splits the rows in two. The second part has `fraction` of them, rounded, drawn at random, stratified by class
    /// and with whole groups. Both parts are in the order of the data.
    /// - Parameter classes: the number of classes, if targets are classes.
    /// - Throws: `PerceptronError.invalidArgument` if a part would be empty, `.invalidValue` if its rows all weigh 0.
    func split(
        fraction: Double, classes: Int, using generator: inout RandomGenerator
    ) throws(PerceptronError) -> (first: Examples, second: Examples) {
        guard fraction > 0, fraction < 1 else {
            throw .invalidArgument("the validation fraction is \(fraction); it must be above 0 and below 1")
        }
        let held = Int((fraction * Double(count)).rounded())
        guard held > 0, held < count else {
            throw .invalidArgument(
                "the validation fraction \(fraction) of \(counted(count, "row")) is \(held); "
                    + "at least 1 row is needed for validation and for training")
        }
        var classOfRow: [Int]?
        if case .classes(let labels) = targets { classOfRow = (0..<count).map { labels[row($0)] } }
        let isHeld: [Bool]
        if let groups {
            let groupOfRow = GroupAllocation.numbered((0..<count).map { groups[row($0)] })
            let allocation = GroupAllocation(groupOfRow: groupOfRow, classOfRow: classOfRow, classCount: classes)
            guard allocation.counts.count > 1 else {
                throw .invalidArgument("all rows are in one group, which stays together; none can be held out")
            }
            let parts = allocation.parts(
                shares: [1 - fraction, fraction], order: allocation.drawn(using: &generator))
            isHeld = groupOfRow.map { parts[$0] == 1 }
        } else {
            var order = Array(0..<count)
            generator.shuffle(&order)
            let strata = Stratification.groups(
                of: order, classCount: classes, classOfRow: classOfRow.map { classes in { classes[$0] } })
            isHeld = Stratification.draw(held, of: strata, rows: count)
        }
        var (first, second) = (self, self)
        first.indices = (0..<count).filter { !isHeld[$0] }.map(row)
        second.indices = (0..<count).filter { isHeld[$0] }.map(row)
        try first.checkWeight(name: "sample weights of the rows left for training")
        try second.checkWeight(name: "sample weights of the rows drawn for validation")
        return (first, second)
    }
}

/// Throws unless there is a weight for each row, none is negative, and they are not all 0.
/// - Parameter needsPositive: false if there are other rows elsewhere.
func check(
    weights: [Double], rows: Int, name: String, needsPositive: Bool = true
) throws(PerceptronError) {
    guard weights.count == rows else {
        throw .shapeMismatch("\(weights.count) \(name) for \(counted(rows, "row")); one for each is needed")
    }
    if let row = weights.firstIndex(where: { !($0 >= 0 && $0.isFinite) }) {
        throw .invalidValue(
            "\(name) have \(weights[row]) in row \(row) (counted from 0); all must be finite and not negative")
    }
    guard !needsPositive || rows == 0 || weights.contains(where: { $0 > 0 }) else {
        throw .invalidValue("\(name) are all 0; at least one must be positive")
    }
}
