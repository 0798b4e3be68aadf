import Synchronization

/// The way of rows through a network that is not in training: pieces of them go through all layers, each in a small
/// memory of its thread; a few rows of a wide network go layer by layer, cut along the columns.
///
/// Where many pieces multiply by the same large weight it is packed once for all of them, and the pieces are small.
final class Prediction<Scalar: BLASScalar>: TiledWork, @unchecked Sendable {
    /// A stage, and where its values are.
    private struct Step {
        let stage: Network.Stage
        let source: ValuePlaces.Place
        let second: ValuePlaces.Place?
        let target: ValuePlaces.Place
        /// The columns of the values that it reads and writes, of which it may want some alone.
        let sourceColumns: Int
        let targetColumns: Int
        var isInPlace: Bool { source == target }
    }

    private let steps: [Step]
    private let threads: Int
    private let pieceRows: Int
    private let inputFeatures: Int
    private let outputFeatures: Int
    /// Where each room for what lies between two steps begins in a thread's scratch.
    private let rooms: [Int]
    /// The columns into which the steps of a piece are cut, if they go step by step.
    private let columns: [[Range<Int>]]?
    /// For each thread all rooms.
    private let scratch: [Buffer<Scalar>]
    /// For each step where its packed weight is in `packed`; empty if it isn't packed.
    private let packedRanges: [Range<Int>]
    /// The weights that are packed when more than one piece comes, if any.
    private let packed: Buffer<Scalar>?
    /// Whether the first layer's output, which is smaller and in the cache, shows what of the inputs is not finite.
    private let firstShowsNonFinite: Bool
    private let passScratch: PassScratch<Scalar>
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
    private var step = 0
    private var checks = false
    private let inputsAreFinite = Atomic<Bool>(true)
    private let outputsAreFinite = Atomic<Bool>(true)

    /// - Parameters:
    ///   - stages: the first of the network's stages, or all of them.
    ///   - rows: the most rows that will come at once.
    init(_ network: Network, stages: ArraySlice<Network.Stage>, rows: Int, threads: Int) {
        let (steps, rooms) = Prediction.steps(stages, network.widths)
        self.steps = steps
        self.threads = threads
        inputFeatures = network.inputFeatures
        outputFeatures = network.widths[stages[stages.endIndex - 1].output.index]
        // A layer whose rows depend on each other needs to see them together.
        let apart = stages.allSatisfy(\.layer.treatsRowsApart)
        let pieceRows = apart ? Tiling.pieceRows(rows: rows) : max(rows, 1)
        self.pieceRows = pieceRows
        let first = steps[0].stage
        firstShowsNonFinite =
            first.layer is any MatrixLayer && first.outputFeatures <= first.inputFeatures
        packedRanges = Prediction.packedRanges(steps.map(\.stage), isCut: rows > pieceRows)
        let packedCount = packedRanges.last!.upperBound
        packed = packedCount > 0 ? Buffer(count: packedCount) : nil
        let pieces = Prediction.pieces(rows, of: packed == nil ? pieceRows : Tiling.packedPieceRows)
        self.rooms = rooms.indices.map { pieceRows * rooms[..<$0].reduce(0, +) }
        let room = pieceRows * rooms.reduce(0, +)
        scratch = (0..<max(1, min(threads, pieces, WorkerPool.mostThreads))).map { _ in Buffer(count: room) }
        passScratch = PassScratch(steps.map(\.stage)[...], threads: threads)
        columns = rows > pieceRows ? nil : Prediction.columns(steps.map(\.stage), rows: rows)
    }

    /// The stages that act in prediction, and the columns of the rooms for what they write. What acts in training alone gives
    /// what it gets, and a fork gives the same twice.
    private static func steps(
        _ stages: ArraySlice<Network.Stage>, _ widths: [Int]
    ) -> (steps: [Step], rooms: [Int]) {
        let last = stages[stages.endIndex - 1]
        var names = Array(widths.indices)
        var acting: [Network.Stage] = []
        for stage in stages {
            if stage.isFork || stage.layer.actsInTrainingAlone {
                for value in stage.writes { names[value] = names[stage.input.index] }
            } else {
                acting.append(stage)
            }
        }
        if acting.isEmpty {
            acting = [last]
            names[last.output.index] = last.output.index
        }
        let places = ValuePlaces(
            acting.map { stage in
                ValuePlaces.Step(
                    reads: stage.reads.map { names[$0] }, writes: stage.output.index,
                    canOverwrite: stage.inPlace != nil)
            }, widths: widths, result: names[last.output.index])
        func place(_ value: Int) -> ValuePlaces.Place { places.places[names[value]]! }
        let steps = acting.map { stage in
            let second: Int? = if case .sum(let second) = stage.join { second } else { nil }
            return Step(
                stage: stage, source: place(stage.input.index), second: second.map(place),
                target: place(stage.output.index), sourceColumns: widths[stage.input.index],
                targetColumns: widths[stage.output.index])
        }
        return (steps, places.rooms)
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

    /// Where NaN or infinity was found.
    enum Finding {
        case nothing, inputs, outputs
    }

    /// Writes the outputs for `rows` rows of inputs; both memories hold whole rows.
    ///
    /// - Parameter checks: whether to look for NaN and infinity in each piece of the inputs and outputs.
    /// - Returns: what was found; if it was in the inputs, the outputs mean nothing.
    @discardableResult
    func run(
        parameters: NetworkParameters<Scalar>, state: Memory<Scalar>, inputs: Memory<Scalar>, outputs: Memory<Scalar>,
        rows: Int, checks: Bool = false
    ) -> Finding {
        self.parameters = parameters
        self.state = state
        self.inputs = inputs
        self.outputs = outputs
        self.rows = rows
        self.checks = checks
        inputsAreFinite.store(true, ordering: .relaxed)
        outputsAreFinite.store(true, ordering: .relaxed)
        BLAS.withSingleThread {
            if let columns, rows <= pieceRows {
                guard isFinite(0..<rows) else { return }
                for step in columns.indices {
                    self.step = step
                    WorkerPool.shared.perform(job, tiles: columns[step].count, threads: threads, self)
                }
                checkOutputs(0..<rows)
            } else {
                usesPacked = packed != nil && rows > pieceRows
                piece = usesPacked ? Tiling.packedPieceRows : pieceRows
                if usesPacked { packWeights() }
                let pieces = Prediction.pieces(rows, of: piece)
                WorkerPool.shared.perform(job, tiles: pieces, threads: scratch.count, self)
            }
        }
        if !inputsAreFinite.load(ordering: .relaxed) { return .inputs }
        return outputsAreFinite.load(ordering: .relaxed) ? .nothing : .outputs
    }

    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    func perform(tile: Int, participant: Int) {
        if let columns, rows <= pieceRows {
            perform(step, rows: 0..<rows, columns: columns[step][tile], scratch[0], participant)
        } else {
            let rows = tile * piece..<min(rows, (tile + 1) * piece)
            let scratch = scratch[participant]
            if !firstShowsNonFinite { guard isFinite(rows) else { return } }
            for step in steps.indices {
                perform(step, rows: rows, columns: 0..<steps[step].stage.outputFeatures, scratch, participant)
                // The first layer may overflow by itself.
                if step == 0, firstShowsNonFinite, !firstOutputIsFinite(rows, scratch) {
                    guard isFinite(rows) else { return }
                }
            }
            checkOutputs(rows)
        }
    }

    private func packWeights() {
        for (step, range) in zip(steps, packedRanges) where !range.isEmpty {
            let weight = MatrixView(
                rows: step.stage.inputFeatures, columns: step.stage.outputFeatures,
                elements: parameters!.span(step.stage).extracting(first: range.count))
            PackedFactor.pack(weight, into: packed!.memory.extracting(range))
        }
    }

    /// Whether the inputs of some rows are finite, if that is to be checked.
    private func isFinite(_ rows: Range<Int>) -> Bool {
        guard checks else { return true }
        let values = inputs!.span(rows.lowerBound * inputFeatures..<rows.upperBound * inputFeatures)
        if Kernels.firstNonFinite(values) == nil { return true }
        inputsAreFinite.store(false, ordering: .relaxed)
        return false
    }

    /// Looks at what came out for some rows, if that is to be checked.
    private func checkOutputs(_ rows: Range<Int>) {
        guard checks else { return }
        let values = outputs!.span(rows.lowerBound * outputFeatures..<rows.upperBound * outputFeatures)
        if Kernels.firstNonFinite(values) == nil { return }
        outputsAreFinite.store(false, ordering: .relaxed)
    }

    /// Whether the output of the first layer is finite, if inputs are to be checked.
    private func firstOutputIsFinite(_ rows: Range<Int>, _ scratch: Buffer<Scalar>) -> Bool {
        guard checks else { return true }
        let columns = steps[0].targetColumns
        let (memory, block) = memory(steps[0].target, columns: columns, rows: rows, scratch)
        let output = memory.view(block, rows: 0..<rows.count, columns: 0..<columns)
        return Kernels.firstNonFinite(output.elements) == nil
    }

    /// Where some rows of a place begin.
    private func memory(
        _ place: ValuePlaces.Place, columns: Int, rows: Range<Int>, _ scratch: Buffer<Scalar>
    ) -> (Memory<Scalar>, MatrixBlock) {
        switch place {
        case .inputs: (inputs!, MatrixBlock(offset: rows.lowerBound * columns, columns: columns))
        case .outputs: (outputs!, MatrixBlock(offset: rows.lowerBound * columns, columns: columns))
        case .room(let room): (scratch.memory, MatrixBlock(offset: rooms[room], columns: columns))
        }
    }

    private func perform(
        _ index: Int, rows: Range<Int>, columns: Range<Int>, _ scratch: Buffer<Scalar>, _ participant: Int
    ) {
        let (step, stage) = (steps[index], steps[index].stage)
        let here = 0..<rows.count
        // A copy may write a part of its value; all others write all of it, or the requested columns.
        let written = stage.join == .copy ? stage.output.columns : columns
        let (target, targetBlock) = memory(step.target, columns: step.targetColumns, rows: rows, scratch)
        var output = target.mutableView(targetBlock, rows: here, columns: written)
        if step.isInPlace, let layer = stage.inPlace { return layer.activate(&output) }
        let (source, sourceBlock) = memory(step.source, columns: step.sourceColumns, rows: rows, scratch)
        let input = source.view(sourceBlock, rows: here, columns: stage.input.columns)
        if let second = step.second {
            let (other, otherBlock) = memory(second, columns: step.sourceColumns, rows: rows, scratch)
            Kernels.add(input.columns(columns), other.view(otherBlock, rows: here, columns: columns), into: &output)
        } else if stage.join == .copy {
            Kernels.copy(input, into: &output)
        } else {
            var pass = ForwardPass(
                input: input, parameters: parameters!.span(stage), columns: columns, output: output,
                state: state!.span(stage.state), passScratch: passScratch.span(stage, participant: participant))
            if usesPacked { pass.packedWeight = packed!.memory.span(packedRanges[index]) }
            stage.layer.forward(&pass)
        }
    }
}
