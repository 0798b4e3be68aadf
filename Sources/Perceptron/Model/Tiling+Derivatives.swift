extension Tiling {
    /// What makes a tile worth a hand-over here.
    private static let leastDerivativeWork = 1 << 20
    private static let mostDerivativeTiles = 16

    /// Tiles of rows of which each gets a gradient of its own, stage by stage: what is written counts several times what is
    /// computed, and each call some thousand multiply-adds.
    static func rowGradientBlocks(rows: Int, parameters: Int, stages: Int) -> [Range<Int>] {
        let work = rows * (8 * parameters + 4096 * stages)
        return cut(rows, tiles: min(work / leastDerivativeWork, rows / 8, mostDerivativeTiles), multipleOf: 1)
    }
}
