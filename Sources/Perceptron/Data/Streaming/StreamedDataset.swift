#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A data set in files, which may be larger than memory.
///
/// Training shuffles it by blocks of consecutive rows. Each epoch takes the blocks in a new random order, some of them
/// at a time (a window), and shuffles the rows of each window. So files are read in long sequences, and at most two
/// windows are in memory at any time.
public struct StreamedDataset<Scalar: BLASScalar>: Sendable {
    /// A pair of files.
    struct Part: Sendable {
        enum Targets: Sendable {
            case matrix(MappedMatrix<Scalar>)
            /// In Double, which holds the index of any class.
            case classes(MappedMatrix<Double>)
        }

        let inputs: MappedMatrix<Scalar>
        let targets: Targets
        /// For how many rows each counts: one column.
        let weights: MappedMatrix<Double>?
        /// How many rows the parts before have.
        var firstRow = 0
    }

    let parts: [Part]
    /// Which of the rows in the files belong to it: those in all of these.
    let selections: [RowSelection]
    /// What is done to the inputs when they are read.
    let preprocessing: FittedPreprocessing?
    /// For each column of the files whether values may be missing; nil without preprocessing.
    let mayBeMissing: [Bool]?
    /// Whether it is done to the targets too.
    let scalesTargets: Bool
    /// How many rows it has.
    public let rows: Int
    /// The columns of the inputs, after preprocessing.
    public let inputFeatures: Int
    /// The columns of the targets; nil if they are classes.
    public let targetColumns: Int?
    /// The number of rows in a block.
    public let blockRows: Int
    /// The number of blocks whose rows are shuffled together.
    public let windowBlocks: Int

    /// Opens the files of inputs, targets and weights: `.npy`, or IDX where a name ends in `ubyte` or `idx`; not gzipped.
    ///
    /// A file of targets with one integer per row has classes; any other is a matrix.
    /// - Parameters:
    ///   - inputs: rows × features each; all have the same features.
    ///   - targets: as many files, each with as many rows as the file of inputs in its place.
    ///   - weights: as many files, with a finite number that is not negative for each row: how many rows it counts as;
    ///     1 if nil. All of them are checked.
    ///   - blockRows: the rows in a block; about 256 KiB if nil.
    ///   - windowBlocks: the blocks whose rows are shuffled together; 256 by default, which takes 64 MiB for blocks of
    ///     256 KiB.
    /// - Throws: `PerceptronError.fileAccess` or `.invalidFile` if a file can't be read or is not whole,
    ///   `.shapeMismatch` if the files don't fit each other, `.invalidArgument` if a number is less than 1,
    ///   `.invalidValue` if a weight is not usable, or all are 0.
    public init(
        inputs: [URL], targets: [URL], weights: [URL]? = nil, blockRows: Int? = nil, windowBlocks: Int = 256
    ) throws(PerceptronError) {
        guard inputs.count == targets.count, !inputs.isEmpty else {
            throw .shapeMismatch(
                "\(counted(inputs.count, "file")) of inputs and \(targets.count) of targets; "
                    + "the numbers must be equal and at least 1")
        }
        guard weights?.count ?? inputs.count == inputs.count else {
            throw .shapeMismatch(
                "\(counted(inputs.count, "file")) of inputs and \(weights?.count ?? 0) of weights; "
                    + "the numbers must be equal")
        }
        guard blockRows ?? 1 > 0, windowBlocks > 0 else {
            throw .invalidArgument(
                "blocks have \(counted(blockRows ?? 1, "row")), windows \(counted(windowBlocks, "block")); at least 1 is needed of both"
            )
        }
        var parts: [Part] = []
        var rows = 0
        for (index, (inputs, targets)) in zip(inputs, targets).enumerated() {
            var part = try Part(inputs: inputs, targets: targets, weights: weights?[index])
            if let first = parts.first { try part.check(fits: first, inputs: inputs, targets: targets) }
            part.firstRow = rows
            rows += part.inputs.rows
            parts.append(part)
        }
        let rowBytes = max(1, parts[0].inputs.columns * MemoryLayout<Scalar>.stride)
        self.init(
            parts, rows: rows, selections: [], preprocessing: nil, scalesTargets: false,
            blockRows: blockRows ?? max(1, (1 << 18) / rowBytes), windowBlocks: windowBlocks)
        try checkWeights()
    }

    init(
        _ parts: [Part], rows: Int, selections: [RowSelection], preprocessing: FittedPreprocessing?,
        scalesTargets: Bool, blockRows: Int, windowBlocks: Int
    ) {
        self.parts = parts
        self.rows = rows
        self.selections = selections
        self.preprocessing = preprocessing
        self.scalesTargets = scalesTargets
        inputFeatures = preprocessing?.featureNames.count ?? parts[0].inputs.columns
        mayBeMissing = preprocessing?.acceptsMissing
        targetColumns = parts[0].targets.columns
        self.blockRows = blockRows
        self.windowBlocks = windowBlocks
    }

    /// The columns of the inputs in the files.
    var fileFeatures: Int { parts[0].inputs.columns }

    var isWeighted: Bool { parts[0].weights != nil }

    /// Whether a row of the files belongs to it.
    func contains(_ row: BlockOrder.Row) -> Bool {
        let number = parts[row.part].firstRow + row.row
        return selections.allSatisfy { $0.contains(number) }
    }

    /// Throws unless the weights are finite and not negative, and one is positive.
    private func checkWeights() throws(PerceptronError) {
        guard isWeighted else { return }
        var sum = 0.0
        for part in parts {
            guard let weights = part.weights else { continue }
            for start in stride(from: 0, to: weights.rows, by: 1 << 16) {
                let rows = start..<min(start + 1 << 16, weights.rows)
                defer { weights.release(rows: rows) }
                for (index, weight) in weights.rows(rows).elements.enumerated() {
                    guard weight >= 0, weight.isFinite else {
                        throw .invalidValue(
                            "\(weights.path) has weight \(weight) in row \(start + index) (counted from 0); "
                                + "all must be finite and not negative")
                    }
                    sum += weight
                }
            }
        }
        guard rows == 0 || sum > 0 else { throw .invalidValue("all weights are 0; at least one must be positive") }
    }

    /// Throws unless the rows fit a model and its loss.
    func check(for engine: Engine<Scalar>, name: String = "") throws(PerceptronError) {
        guard rows > 0 else { throw .shapeMismatch("\(name)inputs have no rows; at least 1 is needed") }
        guard inputFeatures == engine.network.inputFeatures else {
            throw .shapeMismatch(
                "\(name)inputs have \(counted(inputFeatures, "column")); the model takes \(engine.network.inputFeatures)"
            )
        }
        try engine.loss.check(targetColumns: targetColumns, name: "\(name)targets")
    }
}

extension StreamedDataset.Part {
    fileprivate init(inputs: URL, targets: URL, weights: URL?) throws(PerceptronError) {
        func open<Number>(_ url: URL, _: Number.Type) throws(PerceptronError) -> MappedMatrix<Number> {
            let isIDX = ["idx", "ubyte"].contains { url.lastPathComponent.hasSuffix($0) }
            return isIDX ? try MappedMatrix(idx: url) : try MappedMatrix(npy: url)
        }
        self.inputs = try open(inputs, Scalar.self)
        let classes = try open(targets, Double.self)
        self.targets =
            classes.hasIntegers && classes.columns == 1 ? .classes(classes) : .matrix(try open(targets, Scalar.self))
        guard self.inputs.rows == self.targets.rows else {
            throw .shapeMismatch(
                "\(inputs.path(percentEncoded: false)) has \(counted(self.inputs.rows, "row")); "
                    + "\(targets.path(percentEncoded: false)) has \(self.targets.rows)")
        }
        self.weights = try weights.map { (weights) throws(PerceptronError) in try open(weights, Double.self) }
        guard let weights = self.weights else { return }
        guard weights.rows == self.inputs.rows, weights.columns == 1 else {
            throw .shapeMismatch(
                "\(weights.path) has \(counted(weights.rows, "row")) and \(counted(weights.columns, "column")); "
                    + "a weight for each of \(counted(self.inputs.rows, "row")) is needed")
        }
    }

    func prefetch(rows: Range<Int>) {
        inputs.prefetch(rows: rows)
        targets.prefetch(rows: rows)
        weights?.prefetch(rows: rows)
    }

    func release(rows: Range<Int>) {
        inputs.release(rows: rows)
        targets.release(rows: rows)
        weights?.release(rows: rows)
    }

    fileprivate func check(fits first: Self, inputs: URL, targets: URL) throws(PerceptronError) {
        guard self.inputs.columns == first.inputs.columns else {
            throw .shapeMismatch(
                "\(inputs.path(percentEncoded: false)) has \(counted(self.inputs.columns, "column")); "
                    + "the first file of inputs has \(first.inputs.columns)")
        }
        guard self.targets.columns == first.targets.columns else {
            func describe(_ columns: Int?) -> String { columns.map { counted($0, "column") } ?? "classes" }
            throw .shapeMismatch(
                "\(targets.path(percentEncoded: false)) has \(describe(self.targets.columns)); "
                    + "the first file of targets has \(describe(first.targets.columns))")
        }
    }
}

extension StreamedDataset.Part.Targets {
    var rows: Int {
        switch self {
        case .matrix(let matrix): matrix.rows
        case .classes(let classes): classes.rows
        }
    }

    /// nil if the targets are classes.
    var columns: Int? {
        switch self {
        case .matrix(let matrix): matrix.columns
        case .classes: nil
        }
    }

    func prefetch(rows: Range<Int>) {
        switch self {
        case .matrix(let matrix): matrix.prefetch(rows: rows)
        case .classes(let classes): classes.prefetch(rows: rows)
        }
    }

    func release(rows: Range<Int>) {
        switch self {
        case .matrix(let matrix): matrix.release(rows: rows)
        case .classes(let classes): classes.release(rows: rows)
        }
    }
}
