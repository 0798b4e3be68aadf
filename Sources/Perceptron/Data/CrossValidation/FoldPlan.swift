/// The folds of a cross-validation. Every error that can be found before the first training is found here.
struct FoldPlan<Scalar: BLASScalar>: Sendable {
    /// The fold in which each row is predicted, counted from 0; nil if it is in none.
    let foldOfRow: [Int?]
    let parts: [(training: Dataset<Scalar>, validation: Dataset<Scalar>)]

    /// - Throws: `PerceptronError` if there are no such folds, a class can't be in each of them, or a metric or a
    ///   weighted mean doesn't exist for a fold's rows.
    init(
        _ data: Dataset<Scalar>, folds count: Int, seed: UInt64, stratified: Bool?, groups: RowGroups?,
        order: SplitOrder, metrics: [Metric]
    ) throws(PerceptronError) {
        guard data.storage.targets != nil else {
            throw .invalidArgument("cross-validation needs targets; the data set has none")
        }
        let data = try groups.map { (groups) throws(PerceptronError) in try data.grouped(by: groups) } ?? data
        foldOfRow = try data.foldOfEachRow(count, seed: seed, stratified: stratified, order: order)
        parts = data.folds(count, of: foldOfRow, order: order)
        if order == .shuffled, let classes = try data.classesToStratifyBy(stratified) {
            try data.checkClasses(classes, folds: count)
        }
        for fold in parts.indices {
            try inFold(fold) { (training, validation) throws(PerceptronError) in
                try training.checkWeight("rows to train on")
                try validation.checkWeight("rows to predict")
                try validation.checkRows(for: metrics)
            }
        }
    }

    /// Calls `body` with the parts of a fold; errors that it throws name the fold.
    func inFold<Result>(
        _ fold: Int,
        _ body: (_ training: Dataset<Scalar>, _ validation: Dataset<Scalar>) throws(PerceptronError) -> Result
    ) throws(PerceptronError) -> Result {
        do throws(PerceptronError) {
            return try body(parts[fold].training, parts[fold].validation)
        } catch {
            throw error.inside("fold \(fold + 1) of \(parts.count)")
        }
    }

    /// Joins the outputs of all folds, each in its own order, into the order of the data's rows.
    func inOrder(_ outputs: [Matrix<Scalar>]) throws(PerceptronError) -> Matrix<Scalar> {
        let columns = outputs[0].columns
        if let fold = outputs.firstIndex(where: { $0.columns != columns }) {
            throw .shapeMismatch(
                "fold \(fold + 1) of \(outputs.count): predictions have \(counted(outputs[fold].columns, "column")); "
                    + "those of fold 1 have \(columns)")
        }
        var next = [Int](repeating: 0, count: outputs.count)
        var elements: [Scalar] = []
        elements.reserveCapacity(foldOfRow.count * columns)
        for fold in foldOfRow {
            guard let fold else {
                elements += [Scalar](repeating: .nan, count: columns)
                continue
            }
            elements += outputs[fold].elements[next[fold] * columns..<(next[fold] + 1) * columns]
            next[fold] += 1
        }
        return Matrix(rows: foldOfRow.count, columns: columns, elements: elements)
    }
}

extension Dataset {
    /// Throws, naming the class, if a metric needs rows of a class that has none here.
    func checkRows(for metrics: [Metric]) throws(PerceptronError) {
        guard let targets else { return }
        for metric in metrics { try metric.checkRows(targets, weights: weights, labelNames: labelNames) }
    }

    /// Throws if a class has rows, but too few, or in too few groups, for each fold to have one.
    fileprivate func checkClasses(_ classes: [Int], folds: Int) throws(PerceptronError) {
        // Without groups, each row is a group of its own.
        let groups = groups ?? Array(0..<rows)
        var members = [Set<Int>](repeating: [], count: classCount)
        for (row, number) in classes.enumerated() { members[number].insert(groups[row]) }
        for (number, members) in members.enumerated() where !members.isEmpty && members.count < folds {
            let found =
                self.groups == nil
                ? "has \(counted(members.count, "row"))" : "has rows in \(counted(members.count, "group"))"
            throw .invalidArgument(
                "class \"\(labelNames[number])\" \(found), fewer than the \(counted(folds, "fold")), so a fold "
                    + "would lack "
                    + "it; use fewer folds, leave the class out, or allow it with stratified: false")
        }
    }

    /// Throws if all weights are 0.
    fileprivate func checkWeight(_ name: String) throws(PerceptronError) {
        guard let weights, !weights.contains(where: { $0 > 0 }) else { return }
        throw .invalidValue("the weights of the \(name) are all 0; at least one must be positive")
    }
}
