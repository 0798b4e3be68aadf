/// Into how many tiles work is cut, and where.
///
/// All of this follows from shapes alone, never from the number of threads: that is why bits don't depend on it. Work
/// is counted in multiply-adds; the numbers are those at which a cut was measured to gain more than it costs.
enum Tiling {
    /// What makes a tile worth a hand-over to another thread, which may sit far away: some ten microseconds.
    private static let leastWork = 1 << 20
    /// From here on a product is cut by itself, along its columns, instead of with all layers along the rows.
    private static let wideWork = 1 << 19
    /// More tiles than this pay for themselves on no machine.
    private static let mostTiles = 16

    /// Whether so much work gains from a second thread.
    static func isWorthSharing(work: Int) -> Bool { work >= 2 * leastWork }

    /// Tiles of rows that go through layers one after the other, `work` in all.
    static func rowBlocks(rows: Int, work: Int) -> [Range<Int>] {
        let grain = 8
        return cut(rows, tiles: min(work / leastWork, rows / (2 * grain), mostTiles), multipleOf: grain)
    }

    /// Tiles of the columns that a product writes, if it is worth cutting by itself.
    ///
    static func columnBlocks(rows: Int, inner: Int, columns: Int) -> [Range<Int>]? {
        // To copy a factor costs what some more rows would.
        let work = (rows + 8) * inner * columns
        guard work >= wideWork, columns >= 64, columns > rows / 4 else { return nil }
        let tiles = min(max(2, work >> 22), stretches(of: columns, besides: rows), mostTiles)
        return tiles > 1 ? cut(columns, tiles: tiles, multipleOf: 32) : nil
    }

    /// Tiles of the columns of something cheap that needs all rows at once, if it is worth cutting.
    static func columnBlocks(rows: Int, columns: Int) -> [Range<Int>]? {
        let tiles = min(rows * columns >> 14, columns / 64, mostTiles)
        return tiles > 1 ? cut(columns, tiles: tiles, multipleOf: 64) : nil
    }

    /// Tiles of the parts of a layer's parameter gradient.
    static func partBlocks(parts: Int, parameters: Int, rows: Int) -> [Range<Int>] {
        let work = parameters * rows
        let columns = parameters / parts
        let tiles = min(max(2, work >> 22), max(1, stretches(of: parts, besides: columns)), mostTiles)
        return cut(parts, tiles: min(work / leastWork, tiles), multipleOf: 8)
    }

    /// How many stretches one side of a product has, where each copies a factor that is `other` long: 256 is enough
    /// to make little of that; four shorter ones still pay, because a thread that is held up then holds up less.
    private static func stretches(of count: Int, besides other: Int) -> Int {
        max(count / min(max(other, 32), 256), min(4, count / min(max(other, 32), 128)))
    }

    /// Tiles of rows that are copied together for a batch, where that is not done on the way.
    static func gatherBlocks(rows: Int, columns: Int) -> [Range<Int>] {
        cut(rows, tiles: min(rows * columns >> 14, rows / 8, mostTiles), multipleOf: 8)
    }

    /// The rows that go through a network at once in prediction: enough for efficient products, few enough that what
    /// lies between two layers stays in a processor's cache.
    static func pieceRows(rows: Int) -> Int { min(max(rows, 1), 256) }

    /// The rows of a piece where weights are packed once for all pieces: what a layer reads and writes of them stays in
    /// the second-level cache.
    static let packedPieceRows = 64

    /// Whether an update of so many parameters gains from a second thread.
    static func isWorthUpdatingApart(parameters: Int) -> Bool { parameters >= 1 << 15 }

    /// 0 ..< count in that many stretches, as equal as multiples of `grain` can be.
    static func cut(_ count: Int, tiles: Int, multipleOf grain: Int) -> [Range<Int>] {
        let tiles = max(1, tiles)
        let units = (count + grain - 1) / grain
        return (0..<tiles).compactMap { tile in
            let range = units * tile / tiles * grain..<min(count, units * (tile + 1) / tiles * grain)
            return range.isEmpty ? nil : range
        }
    }
}
