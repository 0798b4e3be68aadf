extension Preprocessing {
    /// Fits the preprocessing to rows in files, with the same bits as in memory, in a few passes with one block in
    /// memory at a time. The columns are named "x0", "x1" and so on.
    ///
    /// Treatments that need the sorted values of a column, or all rows at once, are refused: `.robust` and `.quantile`,
    /// `.median` and `.mostFrequent`, and whitening. Fit these to some of the rows in memory, and pass the result to
    /// ``StreamedDataset/preprocessed(by:)``.
    /// - Throws: `PerceptronError.invalidArgument` for such treatments, or if `columns` names a column that doesn't
    ///   exist;
    ///   `.invalidValue` if a value is infinite, or missing where it must not be.
    public func fitted<Scalar>(to dataset: StreamedDataset<Scalar>) throws(PerceptronError) -> FittedPreprocessing {
        let columns = (0..<dataset.fileFeatures).map { Column("x\($0)") }
        for column in columns {
            if let refused = treatment(of: column).whatNeedsMemory { throw Self.needsMemory(refused) }
        }
        let complete = columns.indices.filter { index in
            if case .numeric(_, .error) = treatment(of: columns[index]) { true } else { false }
        }
        if whitening != nil { throw Self.needsMemory("whitening needs all rows at once") }
        guard dataset.rows > 0 else { throw .shapeMismatch("no rows to fit to; at least 1 is needed") }
        return try FittedPreprocessing(
            self, columns: columns, inputs: dataset.inputBlocks(complete: complete),
            targets: dataset.targetColumns == nil ? nil : dataset.targetBlocks())
    }

    private static func needsMemory(_ what: String) -> PerceptronError {
        .invalidArgument(
            "\(what), so they must be in memory: fit the preprocessing to some of the rows, and pass the result to "
                + "preprocessed(by:)")
    }
}

extension Preprocessing.Treatment {
    /// What of it can't be fitted to rows in blocks.
    fileprivate var whatNeedsMemory: String? {
        guard case .numeric(let numeric, let missing) = self else { return nil }
        switch missing {
        case .median: return "filling in medians (missing: .median) needs the values of a column in order"
        case .mostFrequent:
            return "filling in what is most frequent (missing: .mostFrequent) needs all values of a column"
        case .error, .mean, .constant: break
        }
        switch numeric {
        case .robust: return "robust scaling (numeric: .robust) needs the values of a column in order"
        case .quantile: return "scaling by quantiles (numeric: .quantile) needs the values of a column in order"
        case .unchanged, .standard, .minMax: return nil
        }
    }
}

extension StreamedDataset {
    /// The same rows, preprocessed when they are read. Values may be missing (NaN) only where the preprocessing fills
    /// them in.
    /// - Throws: `PerceptronError` if it was fitted to another number of columns, or to categories, or rows are preprocessed
    ///   already.
    public func preprocessed(by fitted: FittedPreprocessing) throws(PerceptronError) -> StreamedDataset {
        try preprocessed(by: fitted, scalesTargets: false)
    }

    /// - Parameter scalesTargets: whether targets are standardised too, if it says so.
    func preprocessed(
        by fitted: FittedPreprocessing, scalesTargets: Bool
    ) throws(PerceptronError) -> StreamedDataset {
        guard preprocessing == nil else { throw .invalidArgument("the rows are preprocessed already") }
        guard fitted.columnNames.count == fileFeatures else {
            throw .shapeMismatch(
                "inputs have \(counted(fileFeatures, "column")); the preprocessing was fitted to "
                    + "\(fitted.columnNames.count)")
        }
        if let part = fitted.parts.first(where: \.isCategorical) {
            throw .invalidArgument(
                "files contain only numbers; column \"\(fitted.columnNames[part.columns[0]])\" has categories")
        }
        return StreamedDataset(
            parts, rows: rows, selections: selections, preprocessing: fitted, scalesTargets: scalesTargets,
            blockRows: blockRows, windowBlocks: windowBlocks)
    }

    /// The inputs as they are in the files.
    /// - Parameter complete: the columns in which no value may be missing.
    fileprivate func inputBlocks(complete: [Int]) -> RowBlocks<Scalar> {
        blocks(columns: fileFeatures) { (part, indices) throws(PerceptronError) in
            let rows = parts[part].inputs.rows(indices)
            for place in indices.indices {
                for column in complete where rows[place, column].isNaN {
                    throw .invalidValue(
                        "\(parts[part].inputs.path) has no value in row \(indices[place]), column \(column) (counted from 0)"
                    )
                }
            }
            guard let (row, column) = rows.firstInfinity else { return rows }
            throw .invalidValue(
                "\(parts[part].inputs.path) has \(rows[row, column]) in row \(indices[row]), column \(column) "
                    + "(counted from 0); values must be finite, or NaN where they are missing")
        }
    }

    /// The targets as they are in the files.
    fileprivate func targetBlocks() -> RowBlocks<Scalar> {
        blocks(columns: targetColumns ?? 0) { (part, indices) throws(PerceptronError) in
            guard case .matrix(let matrix) = parts[part].targets else { return Matrix(rows: 0, columns: 0) }
            let rows = matrix.rows(indices)
            guard let index = Kernels.firstNonFinite(rows.elements.span) else { return rows }
            throw .invalidValue(
                "\(matrix.path) has \(rows.elements[index]) in row \(indices[index / rows.columns]), column "
                    + "\(index % rows.columns) (counted from 0); all values must be finite")
        }
    }

    private func blocks(
        columns: Int, _ read: @escaping (_ part: Int, _ rows: [Int]) throws(PerceptronError) -> Matrix<Scalar>
    ) -> RowBlocks<Scalar> {
        .streamed(columns: columns) { (body) throws(PerceptronError) in
            try forEachBlock { (rows) throws(PerceptronError) in
                guard let part = rows.first?.part else { return }
                let indices = rows.map(\.row)
                try body(read(part, indices), parts[part].weights?.rows(indices).elements)
            }
        }
    }
}
