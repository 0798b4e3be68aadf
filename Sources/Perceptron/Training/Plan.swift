/// The computation of a batch as a sequence of phases, each divided into tiles that may run concurrently.
///
/// A phase ends when all of its tiles are done. In a small network, a tile takes a block of rows forward, through the
/// loss and back; a large layer has a phase of its own, divided along its columns.
final class Plan: Sendable {
    enum Operation: Equatable, Sendable {
        /// Copies rows of the data set to the batch.
        case gather
        case forward(stage: Int)
        case loss
        /// The gradient with respect to the stage's input.
        case backward(stage: Int)
    }

    enum Tile: Equatable, Sendable {
        /// Rows of the batch, and the columns that the operation writes; all columns if nil.
        case block(rows: Range<Int>, columns: Range<Int>?)
        /// Parts of a stage's parameter gradient.
        case parts(stage: Int, Range<Int>)
        /// Rows of the batch, each with its own gradient of all parameters.
        case rowGradients(Range<Int>)
        /// A range of the flat vector to update.
        case parameters(Range<Int>)
    }

    struct Phase: Sendable {
        var operations: [Operation] = []
        let tiles: [Tile]
        /// Whether tiles are blocks of whole rows, so that operations on separate rows can follow in the same tile.
        var isCutByRows = true
        /// Whether there is enough work to share among threads.
        var isWorthSharing = true
    }

    /// Forward, loss and backward for a training step, with consecutive rows of a data set...
    let step: [Phase]
    /// ...and with rows picked from it.
    let gatheringStep: [Phase]
    /// Forward and backward separately, the forward pass also with picked rows.
    let forward: [Phase]
    let gatheringForward: [Phase]
    let backward: [Phase]
    let backwardToInput: [Phase]
    let parameterGradients: [Phase]
    /// The gradients of single rows instead of their sum.
    let rowGradients: [Phase]
    /// The update of all parameters, in one range unless parameters or tensors can be updated separately.
    let update: [Phase]
    /// The number of tiles of the loss.
    let lossTiles: Int

    /// - Parameter learns: whether each stage's parameters are trained.
    /// - Parameter updates: the ranges of the flat vector that are updated separately; nil if it may be divided
    ///   anywhere.
    init(stages: ArraySlice<Network.Stage>, learns: [Bool], rows: Int, updates: [Range<Int>]?) {
        let all = 0..<rows
        let narrowWork = stages.indices.reduce(0) { work, index in
            let stage = stages[index]
            let parts = [Plan.forwardColumns(stage, rows: rows), Plan.backwardColumns(stage, rows: rows)]
            return work + parts.count { $0 == nil } * stage.parameters.count * rows
        }
        let blocks = Tiling.rowBlocks(rows: rows, work: narrowWork)
        let byRows = blocks.map { Tile.block(rows: $0, columns: nil) }

        // A fork does nothing in the forward pass, a sum nothing in the backward pass.
        let forward = stages.indices.filter { !stages[$0].isFork }.map { Operation.forward(stage: $0) }
        let returning = stages.indices.reversed().filter { !stages[$0].isSum }
        // Values that depend on no trainable parameters need no gradient, unless it is requested.
        let dependent = Plan.values(dependentOn: learns, stages)
        let toParameters =
            [.loss]
            + returning.filter { dependent.contains(stages[$0].input.index) }.map { Operation.backward(stage: $0) }
        let toInput = [.loss] + returning.map { Operation.backward(stage: $0) }

        func phases(_ operations: [Operation]) -> [Phase] {
            var phases: [Phase] = []
            for operation in operations {
                var isCutByRows = true
                var tiles = byRows
                var joins = true
                switch operation {
                case .loss: break
                case .gather:
                    // Together with the first layer if that is also divided by rows; otherwise separately, in tiles of
                    // its own.
                    if case .forward(let first)? = forward.first, Plan.forwardColumns(stages[first], rows: rows) != nil
                    {
                        tiles = Tiling.gatherBlocks(rows: rows, columns: stages.first!.inputFeatures).map {
                            .block(rows: $0, columns: nil)
                        }
                    }
                case .forward(let index), .backward(let index):
                    let stage = stages[index]
                    var columns: [Range<Int>]?
                    if case .forward = operation {
                        columns = Plan.forwardColumns(stage, rows: rows)
                    } else {
                        columns = Plan.backwardColumns(stage, rows: rows)
                    }
                    if !stage.layer.treatsRowsApartInTraining {
                        let width = if case .forward = operation { stage.outputFeatures } else { stage.inputFeatures }
                        let columns =
                            stage.layer.treatsColumnsApart ? Tiling.columnBlocks(rows: rows, columns: width) : nil
                        tiles = columns?.map { .block(rows: all, columns: $0) } ?? [.block(rows: all, columns: nil)]
                        isCutByRows = columns == nil
                        joins = false
                    } else if stage.followsColumns, let last = phases.last, !last.isCutByRows {
                        tiles = last.tiles
                        isCutByRows = false
                    } else if let columns {
                        tiles = columns.map { .block(rows: all, columns: $0) }
                        isCutByRows = false
                        joins = false
                    }
                }
                if let last = phases.last, joins, last.isCutByRows == isCutByRows, last.tiles == tiles {
                    phases[phases.count - 1].operations.append(operation)
                } else {
                    phases.append(Phase(operations: [operation], tiles: tiles, isCutByRows: isCutByRows))
                }
            }
            return phases
        }

        step = phases(forward + toParameters)
        gatheringStep = phases([.gather] + forward + toParameters)
        self.forward = phases(forward)
        gatheringForward = phases([.gather] + forward)
        self.backward = phases(toParameters)
        backwardToInput = phases(toInput)
        lossTiles = blocks.count

        var gradientTiles: [(stage: Int, parts: Range<Int>)] = []
        for index in stages.indices where learns[index] {
            let stage = stages[index]
            let count = stage.parameters.count
            for parts in Tiling.partBlocks(parts: stage.parts, parameters: count, rows: rows) {
                gradientTiles.append((index, parts))
            }
        }
        // Largest first, so that the last tiles are small.
        gradientTiles.sort {
            stages[$0.stage].parameters(of: $0.parts).count > stages[$1.stage].parameters(of: $1.parts).count
        }
        let learning = stages.filter { learns[$0.index] }.reduce(0) { $0 + $1.parameters.count }
        let gradientWork = learning * rows
        parameterGradients = [
            Phase(
                tiles: gradientTiles.map { .parts(stage: $0.stage, $0.parts) },
                isWorthSharing: Tiling.isWorthSharing(work: gradientWork))
        ]
        let rowBlocks = Tiling.rowGradientBlocks(
            rows: rows, parameters: learning, stages: stages.count { learns[$0.index] })
        rowGradients = [
            Phase(tiles: rowBlocks.map { .rowGradients($0) }, isWorthSharing: rowBlocks.count > 1)
        ]
        // The same ranges, so that a thread finds in its cache the gradients that it wrote.
        let stretches = updates ?? gradientTiles.map { stages[$0.stage].parameters(of: $0.parts) }
        update = [
            Phase(
                tiles: stretches.map { .parameters($0) },
                isWorthSharing: Tiling.isWorthUpdatingApart(parameters: learning))
        ]
    }

    /// The values that depend on trainable parameters.
    private static func values(dependentOn learns: [Bool], _ stages: ArraySlice<Network.Stage>) -> Set<Int> {
        var values: Set<Int> = []
        for stage in stages {
            if learns[stage.index] || stage.reads.contains(where: values.contains) { values.formUnion(stage.writes) }
        }
        return values
    }

    private static func forwardColumns(_ stage: Network.Stage, rows: Int) -> [Range<Int>]? {
        guard stage.layer.treatsColumnsApart, stage.layer.treatsRowsApartInTraining, !stage.parameters.isEmpty else {
            return nil
        }
        return Tiling.columnBlocks(rows: rows, inner: stage.inputFeatures, columns: stage.outputFeatures)
    }

    private static func backwardColumns(_ stage: Network.Stage, rows: Int) -> [Range<Int>]? {
        guard stage.layer.treatsColumnsApart, stage.layer.treatsRowsApartInTraining, !stage.parameters.isEmpty else {
            return nil
        }
        return Tiling.columnBlocks(rows: rows, inner: stage.outputFeatures, columns: stage.inputFeatures)
    }
}
