/// The rows of a streamed data set that a part of it has: its number in all files and a seed decide for each row, and
/// nothing else. So the same rows are held out whatever the size of blocks.
struct RowSelection: Equatable, Sendable {
    let fraction: Double
    let seed: UInt64
    /// How often the rows were divided before.
    let depth: Int
    /// Whether it has the fraction, or the rows that are left.
    let isHeld: Bool

    func contains(_ row: Int) -> Bool {
        let field = RandomField(seed: seed, update: 0, layer: depth, firstRow: 0)
        return (field.uniform(row: row, column: 0) < fraction) == isHeld
    }
}
