import Synchronization

/// The way of rows through a network that is not in training: pieces of them go through all layers, each in a small
/// memory of its thread; a few rows of a wide network go layer by layer, cut along the columns.
final class Prediction<Scalar: BLASScalar>: TiledWork, @unchecked Sendable {
    /// Where the values of a piece are between two layers.
    private enum Place: Equatable {
        case inputs, outputs, scratch(Int)
    }

    /// Without those that act in training alone.
    private let stages: [Network.Stage]
    private let threads: Int
    private let pieceRows: Int
    private let widest: Int
    /// Where each stage reads and writes; one that works in place does both in one place.
    private let places: [(from: Place, to: Place)]
    /// The columns into which the stages of a piece are cut, if they go layer by layer.
    private let columns: [[Range<Int>]]?
    /// For each thread room for the output of two layers.
    private let scratch: [Buffer<Scalar>]
    private let job = TileJob()

    // What is being worked on.
    private var parameters: NetworkParameters<Scalar>?
    private var state: Memory<Scalar>?
    private var inputs: Memory<Scalar>?
    private var outputs: Memory<Scalar>?
    private var rows = 0
    private var stage = 0
    private var checksInputs = false
    private let inputsAreFinite = Atomic<Bool>(true)

    /// - Parameters:
    ///   - stages: the first of a network, or all of them.
    ///   - rows: the most rows that will come at once.
    init(_ stages: ArraySlice<Network.Stage>, rows: Int, threads: Int) {
        let acting = stages.filter { !$0.layer.actsInTrainingAlone }
        let stages = acting.isEmpty ? Array(stages.suffix(1)) : acting
        self.stages = stages
        self.threads = threads
        // The last layers can all work in place where the one before them writes: in the result. What comes in is the
        // caller's.
        let lastApart = stages.lastIndex { $0.inPlace == nil } ?? 0
        let widest = stages.prefix(lastApart).map(\.outputFeatures).max() ?? 0
        var places: [(from: Place, to: Place)] = []
        var place = Place.inputs
        for (index, stage) in stages.enumerated() {
            let source = place
            if index == 0 || stage.inPlace == nil {
                place = index == lastApart ? .outputs : source == .scratch(0) ? .scratch(1) : .scratch(0)
            }
            places.append((source, place))
        }
        self.places = places
        self.widest = widest
        // A layer whose rows depend on each other needs to see them together.
        let apart = stages.allSatisfy(\.layer.treatsRowsApart)
        let pieceRows = apart ? Tiling.pieceRows(rows: rows) : max(rows, 1)
        self.pieceRows = pieceRows
        let pieces = (rows + pieceRows - 1) / pieceRows
        scratch = (0..<max(1, min(threads, pieces, WorkerPool.mostThreads))).map { _ in
            Buffer(count: 2 * pieceRows * widest)
        }
        columns = pieces > 1 ? nil : Prediction.columns(stages, rows: rows)
    }

    /// The columns of each stage, if any is worth cutting.
    private static func columns(_ stages: [Network.Stage], rows: Int) -> [[Range<Int>]]? {
        var isCut = false
        let columns = stages.map { stage in
            guard stage.layer.treatsRowsApart, stage.layer.treatsColumnsApart, !stage.parameters.isEmpty,
                let blocks = Tiling.columnBlocks(
                    rows: rows, inner: stage.inputFeatures, columns: stage.outputFeatures)
            else { return [0..<stage.outputFeatures] }
            isCut = true
            return blocks
        }
        return isCut ? columns : nil
    }

    /// Writes the outputs for `rows` rows of inputs; both memories hold whole rows.
    ///
    /// - Parameter checksInputs: whether to look for NaN and infinity in each piece of the inputs, just before it is read
    ///   anyway.
    /// - Returns: false if such a value was found; the outputs mean nothing then.
    @discardableResult
    func run(
        parameters: NetworkParameters<Scalar>, state: Memory<Scalar>, inputs: Memory<Scalar>, outputs: Memory<Scalar>,
        rows: Int, checksInputs: Bool = false
    ) -> Bool {
        self.parameters = parameters
        self.state = state
        self.inputs = inputs
        self.outputs = outputs
        self.rows = rows
        self.checksInputs = checksInputs
        inputsAreFinite.store(true, ordering: .relaxed)
        BLAS.withSingleThread {
            if let columns, rows <= pieceRows {
                guard isFinite(0..<rows) else { return }
                for stage in columns.indices {
                    self.stage = stage
                    WorkerPool.shared.perform(job, tiles: columns[stage].count, threads: threads, self)
                }
            } else {
                let pieces = (rows + pieceRows - 1) / pieceRows
                WorkerPool.shared.perform(job, tiles: pieces, threads: scratch.count, self)
            }
        }
        return inputsAreFinite.load(ordering: .relaxed)
    }

    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    func perform(tile: Int, participant: Int) {
        if let columns, rows <= pieceRows {
            perform(stage, rows: 0..<rows, columns: columns[stage][tile], room: scratch[0])
        } else {
            let piece = tile * pieceRows..<min(rows, (tile + 1) * pieceRows)
            guard isFinite(piece) else { return }
            for stage in places.indices {
                perform(
                    stage, rows: piece, columns: 0..<stages[stage].outputFeatures, room: scratch[participant])
            }
        }
    }

    /// Whether the inputs of some rows are finite, if that is to be checked.
    private func isFinite(_ rows: Range<Int>) -> Bool {
        guard checksInputs else { return true }
        let columns = stages.first!.inputFeatures
        let values = inputs!.span(rows.lowerBound * columns..<rows.upperBound * columns)
        if Kernels.firstNonFinite(values) == nil { return true }
        inputsAreFinite.store(false, ordering: .relaxed)
        return false
    }

    private func perform(_ index: Int, rows: Range<Int>, columns: Range<Int>, room: Buffer<Scalar>) {
        let stage = stages[index]
        let here = 0..<rows.count
        func place(_ place: Place, columns: Int) -> (Memory<Scalar>, MatrixBlock) {
            switch place {
            case .inputs: (inputs!, MatrixBlock(offset: rows.lowerBound * columns, columns: columns))
            case .outputs: (outputs!, MatrixBlock(offset: rows.lowerBound * columns, columns: columns))
            case .scratch(let half): (room.memory, MatrixBlock(offset: half * pieceRows * widest, columns: columns))
            }
        }
        let (target, targetBlock) = place(places[index].to, columns: stage.outputFeatures)
        var output = target.mutableView(targetBlock, rows: here, columns: columns)
        if index > 0, let layer = stage.inPlace {
            layer.activate(&output)
        } else {
            let (source, sourceBlock) = place(places[index].from, columns: stage.inputFeatures)
            var pass = ForwardPass(
                input: source.view(sourceBlock, rows: here, columns: 0..<stage.inputFeatures),
                parameters: parameters!.span(stage), columns: columns, output: output,
                state: state!.span(stage.state))
            stage.layer.forward(&pass)
        }
    }
}
