/// The order in which an epoch takes the rows of a streamed data set: window after window of shuffled blocks.
///
/// All of it follows from one number, so that an epoch can begin anywhere again.
struct BlockOrder {
    /// A row of a part.
    struct Row: Equatable, Sendable {
        let part: Int
        let row: Int
    }

    /// Rows of a part that follow each other.
    struct Block: Equatable, Sendable {
        let part: Int
        let rows: Range<Int>
    }

    private let blocks: [Block]
    private let windowBlocks: Int
    private var generator: RandomGenerator?
    private var nextBlock = 0
    private let contains: (@Sendable (Row) -> Bool)?

    /// - Parameters:
    ///   - partRows: how many rows each part has.
    ///   - within: which of all parts' rows there are blocks of; all if nil.
    ///   - seed: from which blocks and rows are shuffled; nil leaves them in their order.
    ///   - contains: which rows are taken; all if nil.
    init(
        partRows: [Int], within: Range<Int>? = nil, blockRows: Int, windowBlocks: Int, seed: UInt64?,
        contains: (@Sendable (Row) -> Bool)? = nil
    ) {
        self.contains = contains
        var blocks: [Block] = []
        var firstRow = 0
        for (part, count) in partRows.enumerated() {
            let all = firstRow..<firstRow + count
            let rows = within.map { all.clamped(to: $0) } ?? all
            for start in stride(from: rows.lowerBound, to: rows.upperBound, by: blockRows) {
                let end = min(start + blockRows, rows.upperBound)
                blocks.append(Block(part: part, rows: start - firstRow..<end - firstRow))
            }
            firstRow += count
        }
        self.windowBlocks = windowBlocks
        guard let seed else {
            self.blocks = blocks
            return
        }
        var generator = RandomGenerator(seed: seed)
        var order = Array(blocks.indices)
        generator.shuffle(&order)
        self.blocks = order.map { blocks[$0] }
        self.generator = generator
    }

    /// The blocks of the next window; none after the last.
    var upcoming: ArraySlice<Block> { blocks[nextBlock..<min(nextBlock + windowBlocks, blocks.count)] }

    /// The rows of the next window, in the order in which they are taken; none after the last.
    mutating func nextWindow() -> [Row] {
        let window = upcoming
        nextBlock = window.endIndex
        var rows = window.flatMap { block in block.rows.map { Row(part: block.part, row: $0) } }
        if let contains { rows.removeAll { !contains($0) } }
        guard generator != nil else { return rows }
        var order = Array(rows.indices)
        generator?.shuffle(&order)
        return order.map { rows[$0] }
    }
}
