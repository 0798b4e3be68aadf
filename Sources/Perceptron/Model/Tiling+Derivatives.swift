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

    /// Tiles of the rows of a triangle, up to its diagonal, of about one area: of a product of J, rows × order, with itself.
    static func triangleBlocks(order: Int, rows: Int) -> [Range<Int>] {
        let tiles = max(1, min(rows * order * order / 2 / leastDerivativeWork, order / 64, mostDerivativeTiles))
        let ends = (0...tiles).map { tile in
            tile == tiles ? order : Int(Double(order) * (Double(tile) / Double(tiles)).squareRoot()) & ~7
        }
        return zip(ends, ends.dropFirst()).map { $0..<$1 }.filter { !$0.isEmpty }
    }

    /// The rows whose derivatives are kept at once: enough for efficient products, in some MB.
    static func jacobianRows(rows: Int, outputs: Int, parameters: Int) -> Int {
        let fitting = (1 << 18) / max(1, outputs * parameters)
        return min(rows, max(fitting, 256 / outputs, 1), 4096)
    }
}
