import Synchronization

/// The way of rows through a network that is not in training: pieces of them go through all layers, each in a small
/// memory of its thread; a few rows of a wide network go layer by layer, cut along the columns.
///
/// Where many pieces multiply by the same large weight it is packed once for all of them, and the pieces are small.
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
    /// For each stage where its packed weight is in `packed`; empty if it isn't packed.
    private let packedRanges: [Range<Int>]
    /// The weights that are packed when more than one piece comes, if any.
    private let packed: Buffer<Scalar>?
    /// Whether the first layer's output, which is smaller and in the cache, shows what of the inputs is not finite.
    private let firstShowsNonFinite: Bool
    private let job = TileJob()

    // What is being worked on.
    private var parameters: NetworkParameters<Scalar>?
    private var state: Memory<Scalar>?
    private var inputs: Memory<Scalar>?
    private var outputs: Memory<Scalar>?
    private var rows = 0
    /// How many of them go together.
    private var piece = 0
    private var usesPacked = false
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
        firstShowsNonFinite =
            stages[0].layer is any MatrixLayer && stages[0].outputFeatures <= stages[0].inputFeatures
        packedRanges = Prediction.packedRanges(stages, isCut: rows > pieceRows)
        let packedCount = packedRanges.last!.upperBound
        packed = packedCount > 0 ? Buffer(count: packedCount) : nil
        let pieces = Prediction.pieces(rows, of: packed == nil ? pieceRows : Tiling.packedPieceRows)
        scratch = (0..<max(1, min(threads, pieces, WorkerPool.mostThreads))).map { _ in
            Buffer(count: 2 * pieceRows * widest)
        }
        columns = rows > pieceRows ? nil : Prediction.columns(stages, rows: rows)
    }

    private static func pieces(_ rows: Int, of size: Int) -> Int { (rows + size - 1) / size }

    /// Where the weights that are worth packing go, one after the other.
    private static func packedRanges(_ stages: [Network.Stage], isCut: Bool) -> [Range<Int>] {
        var end = 0
        return stages.map { stage in
            let (inner, columns) = (stage.inputFeatures, stage.outputFeatures)
            let packs =
                isCut && stage.layer is any MatrixLayer
                && PackedFactor.gains(
                    rows: Tiling.packedPieceRows, inner: inner, columns: columns,
                    scalarBytes: MemoryLayout<Scalar>.size, on: .current)
            let start = end
            if packs { end += inner * columns }
            return start..<end
        }
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
    /// - Parameter checksInputs: whether to look for NaN and infinity in each piece of the inputs.
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
                usesPacked = packed != nil && rows > pieceRows
                piece = usesPacked ? Tiling.packedPieceRows : pieceRows
                if usesPacked { packWeights() }
                let pieces = Prediction.pieces(rows, of: piece)
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
            let rows = tile * piece..<min(rows, (tile + 1) * piece)
            let room = scratch[participant]
            if !firstShowsNonFinite { guard isFinite(rows) else { return } }
            for stage in places.indices {
                perform(stage, rows: rows, columns: 0..<stages[stage].outputFeatures, room: room)
                // The first layer may overflow by itself.
                if stage == 0, firstShowsNonFinite, !firstOutputIsFinite(rows, room) {
                    guard isFinite(rows) else { return }
                }
            }
        }
    }

    private func packWeights() {
        for (stage, range) in zip(stages, packedRanges) where !range.isEmpty {
            let weight = MatrixView(
                rows: stage.inputFeatures, columns: stage.outputFeatures,
                elements: parameters!.span(stage).extracting(first: range.count))
            PackedFactor.pack(weight, into: packed!.memory.extracting(range))
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

    /// The same for the output of the first layer.
    private func firstOutputIsFinite(_ rows: Range<Int>, _ room: Buffer<Scalar>) -> Bool {
        guard checksInputs else { return true }
        let columns = stages.first!.outputFeatures
        let (memory, block) = memory(places[0].to, columns: columns, rows: rows, room: room)
        let output = memory.view(block, rows: 0..<rows.count, columns: 0..<columns)
        return Kernels.firstNonFinite(output.elements) == nil
    }

    /// Where some rows of a place begin.
    private func memory(
        _ place: Place, columns: Int, rows: Range<Int>, room: Buffer<Scalar>
    ) -> (Memory<Scalar>, MatrixBlock) {
        switch place {
        case .inputs: (inputs!, MatrixBlock(offset: rows.lowerBound * columns, columns: columns))
        case .outputs: (outputs!, MatrixBlock(offset: rows.lowerBound * columns, columns: columns))
        case .scratch(let half): (room.memory, MatrixBlock(offset: half * pieceRows * widest, columns: columns))
        }
    }

    private func perform(_ index: Int, rows: Range<Int>, columns: Range<Int>, room: Buffer<Scalar>) {
        let stage = stages[index]
        let here = 0..<rows.count
        let (target, targetBlock) = memory(places[index].to, columns: stage.outputFeatures, rows: rows, room: room)
        var output = target.mutableView(targetBlock, rows: here, columns: columns)
        if index > 0, let layer = stage.inPlace {
            layer.activate(&output)
        } else {
            let (source, sourceBlock) = memory(
                places[index].from, columns: stage.inputFeatures, rows: rows, room: room)
            var pass = ForwardPass(
                input: source.view(sourceBlock, rows: here, columns: 0..<stage.inputFeatures),
                parameters: parameters!.span(stage), columns: columns, output: output,
                state: state!.span(stage.state))
            if usesPacked { pass.packedWeight = packed!.memory.span(packedRanges[index]) }
            stage.layer.forward(&pass)
        }
    }
}
