/// Class weights for a loss that applies them itself, and the rows' weights without them.
struct ClassWeights: Sendable {
    /// The weight of each row; 1 if nil.
    let rows: [Double]?
    let classes: [Double]
}
