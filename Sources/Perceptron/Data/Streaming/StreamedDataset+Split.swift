extension StreamedDataset {
    /// Splits the rows at random into training rows and test rows of the same files.
    ///
    /// The seed and a row's index decide for each row independently (``RandomField``), so about `rows · testFraction`
    /// rows are in the test part, whatever `blockRows` and `windowBlocks` are.
    /// - Parameters:
    ///   - testFraction: between 0 and 1.
    ///   - seed: decides which rows are the test part.
    /// - Throws: `PerceptronError.invalidArgument` if a part would have no row.
    public func split(
        testFraction: Double, seed: UInt64 = 0
    ) throws(PerceptronError) -> (training: StreamedDataset, test: StreamedDataset) {
        guard testFraction > 0, testFraction < 1 else {
            throw .invalidArgument("the fraction held out is \(testFraction); it must be between 0 and 1")
        }
        let held = RowSelection(fraction: testFraction, seed: seed, depth: selections.count, isHeld: true)
        let left = RowSelection(fraction: testFraction, seed: seed, depth: selections.count, isHeld: false)
        var testRows = 0
        for part in parts.indices {
            for row in 0..<parts[part].inputs.rows where contains(BlockOrder.Row(part: part, row: row)) {
                if held.contains(parts[part].firstRow + row) { testRows += 1 }
            }
        }
        guard testRows > 0, testRows < rows else {
            throw .invalidArgument(
                "\(testRows) of \(counted(rows, "row")) would be held out; there must be one held out and one left")
        }
        func part(_ selection: RowSelection, _ rows: Int) -> StreamedDataset {
            StreamedDataset(
                parts, rows: rows, selections: selections + [selection], preprocessing: preprocessing,
                scalesTargets: scalesTargets, blockRows: blockRows, windowBlocks: windowBlocks)
        }
        return (part(left, rows - testRows), part(held, testRows))
    }
}

extension Validation {
    /// The rows of a streamed data set, with its weights.
    public static func rows(_ dataset: StreamedDataset<Scalar>) -> Validation { Validation(source: .rows(dataset)) }
}
