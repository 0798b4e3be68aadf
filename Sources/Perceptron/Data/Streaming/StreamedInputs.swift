/// Room for inputs of a streamed data set: as they are in its files, and as a model sees them.
final class StreamedInputs<Scalar: BLASScalar>: Sendable {
    private let dataset: StreamedDataset<Scalar>
    private let raw: Buffer<Scalar>
    /// What a model sees of the rows that were transformed last.
    let transformed: Buffer<Scalar>

    /// - Parameter rows: how many there is room for.
    init(_ dataset: StreamedDataset<Scalar>, rows: Int) {
        self.dataset = dataset
        raw = Buffer(count: rows * dataset.fileFeatures)
        transformed = dataset.preprocessing == nil ? raw : Buffer(count: rows * dataset.inputFeatures)
    }

    /// Reads a row to a place.
    /// - Throws: `PerceptronError.invalidValue` if a value is not finite, and not missing where it may be.
    func read(_ row: BlockOrder.Row, at place: Int) throws(PerceptronError) {
        let matrix = dataset.parts[row.part].inputs
        let values = place * matrix.columns..<(place + 1) * matrix.columns
        var output = raw.memory.mutableView(
            MatrixBlock(columns: matrix.columns), rows: place..<place + 1, columns: 0..<matrix.columns)
        matrix.read(rows: row.row..<row.row + 1, into: &output)
        try dataset.check(raw.memory.span(values), row)
    }

    /// Makes what a model sees of the rows at the first places.
    /// - Parameter rowAt: which one is at a place, for a message.
    func transform(_ count: Int, _ rowAt: (_ place: Int) -> BlockOrder.Row) throws(PerceptronError) {
        guard let preprocessing = dataset.preprocessing else { return }
        let rows = Matrix(
            rows: count, columns: dataset.fileFeatures, elements: raw.memory.array(0..<count * dataset.fileFeatures))
        let result = try preprocessing.transform(rows)
        if let index = Kernels.firstNonFinite(result.elements.span) {
            let row = rowAt(index / result.columns)
            throw .invalidValue(
                "\(dataset.parts[row.part].inputs.path), row \(row.row) (counted from 0): preprocessing turns "
                    + "it into \(result.elements[index]), which \(Scalar.self) can't represent")
        }
        result.elements.withMemory { transformed.memory.extracting(0..<$0.count).copy(from: $0) }
    }
}

extension StreamedDataset {
    /// Throws unless a row's inputs are finite, or missing where they may be.
    func check(_ values: Span<Scalar>, _ row: BlockOrder.Row) throws(PerceptronError) {
        guard Kernels.firstNonFinite(values) != nil else { return }
        let path = parts[row.part].inputs.path
        for column in values.indices where !values[column].isFinite {
            if values[column].isNaN, mayBeMissing?[column] ?? false { continue }
            throw .invalidValue(
                "\(path) has \(values[column]) in row \(row.row), column \(column) (counted from 0); "
                    + (mayBeMissing == nil
                        ? "all values must be finite" : "values must be finite, or NaN where one may be missing"))
        }
    }

    /// Calls `body` with the rows of each block, in the order of the files, while the next is read from disk.
    func forEachBlock(_ body: ([BlockOrder.Row]) throws(PerceptronError) -> Void) throws(PerceptronError) {
        var order = self.order(windowBlocks: 1, seed: nil)
        for block in order.upcoming { prefetch(block) }
        while !order.upcoming.isEmpty {
            let blocks = order.upcoming
            let rows = order.nextWindow()
            for block in order.upcoming { prefetch(block) }
            defer { for block in blocks { release(block) } }
            try body(rows)
        }
    }

    /// The order in which the rows that belong to it are taken.
    /// - Parameter within: which rows of all files are; all that belong to it if nil.
    func order(windowBlocks: Int, seed: UInt64?, within: Range<Int>? = nil) -> BlockOrder {
        let belongs: @Sendable (BlockOrder.Row) -> Bool = { self.contains($0) }
        return BlockOrder(
            partRows: parts.map(\.inputs.rows), within: within, blockRows: blockRows, windowBlocks: windowBlocks,
            seed: seed,
            contains: selections.isEmpty ? nil : belongs)
    }

    func prefetch(_ block: BlockOrder.Block) { parts[block.part].prefetch(rows: block.rows) }

    func release(_ block: BlockOrder.Block) { parts[block.part].release(rows: block.rows) }
}

extension StreamedDataset: EvaluatedRows {
    var count: Int { rows }

    func targetsAndWeights(
        for loss: BatchLoss<Scalar>
    ) throws(PerceptronError) -> (targets: Targets<Scalar>, weights: [Double]?) {
        var (classes, values, weights): ([Int], [Scalar], [Double]) = ([], [], [])
        try forEachBlock { (rows) throws(PerceptronError) in
            for row in rows {
                let part = parts[row.part]
                switch part.targets {
                case .classes(let labels): classes.append(try label(row, of: labels, below: loss.targets.classes))
                case .matrix(let matrix): values += try self.targets(row, of: matrix, for: loss)
                }
                if let all = part.weights { weights.append(all.rows(row.row..<row.row + 1)[0, 0]) }
            }
        }
        let targets: Targets<Scalar> =
            targetColumns.map { .matrix(Matrix(rows: self.rows, columns: $0, elements: values)) } ?? .classes(classes)
        return (targets, isWeighted ? weights : nil)
    }

    func forEachPiece(
        most: Int, _ body: (_ inputs: Memory<Scalar>, _ rows: Range<Int>) -> Void
    ) throws(PerceptronError) {
        let inputs = StreamedInputs(self, rows: most)
        var piece: [BlockOrder.Row] = []
        var start = 0
        func finish() throws(PerceptronError) {
            try inputs.transform(piece.count) { piece[$0] }
            body(inputs.transformed.memory, start..<start + piece.count)
            start += piece.count
            piece.removeAll(keepingCapacity: true)
        }
        try forEachBlock { (rows) throws(PerceptronError) in
            for row in rows {
                try inputs.read(row, at: piece.count)
                piece.append(row)
                if piece.count == most { try finish() }
            }
        }
        if !piece.isEmpty { try finish() }
    }

    /// The class of a row.
    /// - Throws: `PerceptronError.invalidValue` if it is no class that a model gives.
    func label(
        _ row: BlockOrder.Row, of labels: MappedMatrix<Double>, below count: Int = .max
    ) throws(PerceptronError) -> Int {
        let number = labels.rows(row.row..<row.row + 1)[0, 0]
        guard number >= 0, number < Double(count) else {
            throw .invalidValue(
                "\(labels.path) has label \(number.fixed(0)) in row \(row.row) (counted from 0); "
                    + (count == .max
                        ? "classes are counted from 0"
                        : "the model gives \(counted(count, "class", "classes")), 0 to \(count - 1)"))
        }
        return Int(number)
    }

    private func targets(
        _ row: BlockOrder.Row, of matrix: MappedMatrix<Scalar>, for loss: BatchLoss<Scalar>
    ) throws(PerceptronError) -> [Scalar] {
        let buffer = Buffer<Scalar>(count: matrix.columns)
        try readTargets(row, of: matrix, for: loss, into: buffer, at: 0)
        return buffer.array
    }

    /// Reads the targets of a row to a place.
    /// - Throws: `PerceptronError.invalidValue` if a value is not finite, or none that the loss takes.
    func readTargets(
        _ row: BlockOrder.Row, of matrix: MappedMatrix<Scalar>, for loss: BatchLoss<Scalar>,
        into buffer: Buffer<Scalar>, at place: Int
    ) throws(PerceptronError) {
        var output = buffer.memory.mutableView(
            MatrixBlock(columns: matrix.columns), rows: place..<place + 1, columns: 0..<matrix.columns)
        matrix.read(rows: row.row..<row.row + 1, into: &output)
        if let column = Kernels.firstNonFinite(output.elements.span) {
            throw .invalidValue(
                "\(matrix.path) has \(output[0, column]) in row \(row.row), column \(column) (counted from 0); "
                    + "all values must be finite")
        }
        if scalesTargets, let scaler = preprocessing?.targetScaler {
            for column in 0..<matrix.columns {
                output[0, column] = Scalar(scaler.scaled(Double(output[0, column]), column: column))
            }
        }
        guard loss.limitsTargets else { return }
        for column in 0..<matrix.columns where !loss.accepts(output[0, column]) {
            throw .invalidValue(
                "\(matrix.path) has " + loss.refusal(of: output[0, column], in: "row \(row.row), column \(column)"))
        }
    }
}
