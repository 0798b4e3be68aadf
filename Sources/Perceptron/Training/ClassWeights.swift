/// Weights of classes for a loss that multiplies by them itself, and what rows weigh without them.
struct ClassWeights: Sendable {
    /// For each row; nil if each is one.
    let rows: [Double]?
    let classes: [Double]
}
