#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Rows to learn from that stay in their files, one or several: more of them than memory can hold.
///
/// Training shuffles them by blocks. A block is some rows that follow each other in a file; each epoch takes the blocks in
/// an order drawn anew, some at a time (a window), and the rows of a window in an order drawn anew. So the disk is read in
/// long stretches, and of the files no more than two windows need memory at any time.
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
    }

    let parts: [Part]
    /// How many rows there are in all files.
    public let rows: Int
    /// The columns of the inputs.
    public let inputFeatures: Int
    /// The columns of the targets; nil if they are classes.
    public let targetColumns: Int?
    /// The rows of a block.
    public let blockRows: Int
    /// The blocks whose rows are shuffled together.
    public let windowBlocks: Int

    /// Opens the files of inputs and those of targets: `.npy`, or IDX where a name ends in `ubyte` or `idx`; not gzipped.
    ///
    /// Targets of a file with one integer a row are classes, all others are a matrix.
    /// - Parameters:
    ///   - inputs: rows × features each; all have the same features.
    ///   - targets: as many files, each with as many rows as the file of inputs in its place.
    ///   - blockRows: the rows of a block; as many as make about 256 KiB if nil.
    ///   - windowBlocks: the blocks whose rows are shuffled together; 256 by default, which takes 64 MiB for blocks of
    ///     256 KiB.
    /// - Throws: `PerceptronError.fileAccess` or `.invalidFile` if a file can't be read or is not whole,
    ///   `.shapeMismatch` if the files don't fit each other, `.invalidArgument` if a number is less than 1.
    public init(
        inputs: [URL], targets: [URL], blockRows: Int? = nil, windowBlocks: Int = 256
    ) throws(PerceptronError) {
        guard inputs.count == targets.count, !inputs.isEmpty else {
            throw .shapeMismatch(
                "\(counted(inputs.count, "file")) of inputs and \(targets.count) of targets; "
                    + "as many of each are needed, and at least one")
        }
        guard blockRows ?? 1 > 0, windowBlocks > 0 else {
            throw .invalidArgument(
                "blocks have \(counted(blockRows ?? 1, "row")), windows \(counted(windowBlocks, "block")); at least 1 is needed of both"
            )
        }
        var parts: [Part] = []
        for (inputs, targets) in zip(inputs, targets) {
            let part = try Part(inputs: inputs, targets: targets)
            if let first = parts.first { try part.check(fits: first, inputs: inputs, targets: targets) }
            parts.append(part)
        }
        self.parts = parts
        rows = parts.reduce(0) { $0 + $1.inputs.rows }
        inputFeatures = parts[0].inputs.columns
        targetColumns = parts[0].targets.columns
        let rowBytes = max(1, inputFeatures * MemoryLayout<Scalar>.stride)
        self.blockRows = blockRows ?? max(1, (1 << 18) / rowBytes)
        self.windowBlocks = windowBlocks
    }

    /// Throws unless the rows fit a model and its loss.
    func check(for engine: Engine<Scalar>) throws(PerceptronError) {
        guard rows > 0 else { throw .shapeMismatch("inputs have no rows; at least 1 is needed") }
        guard inputFeatures == engine.network.inputFeatures else {
            throw .shapeMismatch(
                "inputs have \(counted(inputFeatures, "column")); the model takes \(engine.network.inputFeatures)")
        }
        try engine.loss.check(targetColumns: targetColumns, name: "targets")
    }
}

extension StreamedDataset.Part {
    fileprivate init(inputs: URL, targets: URL) throws(PerceptronError) {
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
