extension Dataset {
    /// The same rows, kept together by group in every split, fold and held-out fraction. A column of groups is no
    /// longer an input.
    ///
    /// The other columns are copied.
    /// - Throws: `PerceptronError.invalidArgument` if the column doesn't exist, `.shapeMismatch` unless there is a key
    ///   for each row, `.invalidValue` if a row has no value in the column.
    public func grouped(by groups: RowGroups) throws(PerceptronError) -> Dataset {
        switch groups.source {
        case .numbers(let numbers):
            guard numbers.count == rows else {
                throw .shapeMismatch("\(counted(numbers.count, "group key")) for \(counted(rows, "row"))")
            }
            return grouped(numbers, inputs: inputs, columns: columns)
        case .column(let name):
            guard let index = columns.firstIndex(where: { $0.name == name }) else {
                throw .invalidArgument(
                    "there is no column \"\(name)\" to group by; there are \(quoted(columns.map(\.name)))")
            }
            let inputs = inputs
            let keys = inputs.column(index)
            if let row = keys.firstIndex(where: \.isNaN) {
                throw .invalidValue(
                    "row \(row) (counted from 0) has no value in column \"\(name)\", so its group is unknown")
            }
            let others = columns.indices.filter { $0 != index }
            return grouped(
                GroupAllocation.numbered(keys), inputs: inputs.columns(others), columns: others.map { columns[$0] })
        }
    }

    private func grouped(_ numbers: [Int], inputs: Matrix<Scalar>, columns: [Column]) -> Dataset {
        Dataset(
            storage: Storage(
                inputs: inputs, targets: targets, weights: weights, columns: columns, targetNames: targetNames,
                labelNames: labelNames, groups: numbers))
    }

    /// The group of each row, a number from 0 on; nil unless rows are grouped.
    public var groups: [Int]? {
        guard let indices, let groups = storage.groups else { return storage.groups }
        return indices.map { groups[$0] }
    }
}
