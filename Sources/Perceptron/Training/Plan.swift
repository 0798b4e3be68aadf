/// The way of a batch, as phases one after the other, each cut into tiles that may run at the same time.
///
/// Everything here follows from the shapes of the network and the batch, never from the number of threads: that is
/// why bits don't depend on it.
struct Plan: Sendable {
    enum Operation: Equatable, Sendable {
        /// Rows of the data set become rows of the batch.
        case gather
        case forward(stage: Int)
        case loss
        /// The gradient with respect to the stage's input.
        case backward(stage: Int)
    }

    enum Tile: Equatable, Sendable {
        case rows(Range<Int>)
        /// Parts of a stage's parameter gradient.
        case parts(stage: Int, Range<Int>)
        /// A stretch of the flat vector to be updated.
        case parameters(Range<Int>)
    }

    struct Phase: Sendable {
        var operations: [Operation] = []
        let tiles: [Tile]
    }

    /// Forward, loss and backward in one, for a training step.
    let step: [Phase]
    /// The same in two.
    let forward: [Phase]
    let backward: [Phase]
    let backwardToInput: [Phase]
    let parameterGradients: [Phase]
    /// The most tiles that one of the loss's phases has.
    let lossTiles: Int

    init(stages: ArraySlice<Network.Stage>, rows: Int) {
        let whole = [Tile.rows(0..<rows)]
        let blocks = Plan.cut(rows, into: Plan.rowsPerTile(stages, rows: rows)).map { Tile.rows($0) }

        func phases(_ operations: [Operation]) -> [Phase] {
            var phases: [Phase] = []
            for operation in operations {
                let apart =
                    switch operation {
                    case .forward(let stage), .backward(let stage): stages[stage].layer.treatsRowsApart
                    case .gather, .loss: true
                    }
                let tiles = apart ? blocks : whole
                // A whole batch is one tile; what works on it can follow what works on the same tiles at once.
                if phases.last?.tiles != tiles { phases.append(Phase(tiles: tiles)) }
                phases[phases.count - 1].operations.append(operation)
            }
            return phases
        }

        let first = stages.firstIndex { !$0.parameters.isEmpty } ?? stages.endIndex
        let forward = [Operation.gather] + stages.indices.map { .forward(stage: $0) }
        let backward = stages.indices.reversed().map { Operation.backward(stage: $0) }
        let toParameters = [.loss] + backward.prefix(max(0, stages.endIndex - first - 1))
        step = phases(forward + toParameters)
        self.forward = phases(forward)
        self.backward = phases(toParameters)
        backwardToInput = phases([.loss] + backward)
        lossTiles = blocks.count
        let gradientTiles = stages.indices.flatMap { index in
            let stage = stages[index]
            return stage.parameters.isEmpty
                ? []
                : Plan.cut(stage.parts, into: Plan.partsPerTile(stage, rows: rows)).map {
                    Tile.parts(stage: index, $0)
                }
        }
        parameterGradients = [Phase(tiles: gradientTiles)]
    }

    /// The update of all parameters, in one stretch unless they can be treated apart.
    static func update(parameters: Int, apart: Bool) -> [Phase] {
        let stretches = cut(parameters, into: apart ? 16_384 : max(parameters, 1))
        return [Phase(tiles: stretches.map { .parameters($0) })]
    }

    private static func rowsPerTile(_ stages: ArraySlice<Network.Stage>, rows: Int) -> Int { 128 }

    private static func partsPerTile(_ stage: Network.Stage, rows: Int) -> Int { 256 }

    /// 0 ..< count in stretches of `length`, the last one shorter.
    private static func cut(_ count: Int, into length: Int) -> [Range<Int>] {
        stride(from: 0, to: count, by: length).map { $0..<min($0 + length, count) }
    }
}
