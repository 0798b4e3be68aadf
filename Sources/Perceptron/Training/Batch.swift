/// Rows of a data set that make a batch, while they are being worked on.
struct Batch<Scalar: BLASScalar> {
    enum Rows {
        /// As they follow each other, from a row on.
        case contiguous(from: Int)
        /// As an order names them, from a position in it on.
        case ordered(from: Int)
    }
    enum Values {
        case matrix(Memory<Scalar>)
        case classes([Int])
    }
    let inputs: Memory<Scalar>
    let targets: Values
    /// For each row of the data set how many rows it counts for; nil if each is one.
    var weights: [Double]?
    /// What the loss gets instead, if it weighs classes itself.
    var classWeights: ClassWeights?
    let rows: Rows
    let count: Int

    var isGathered: Bool { if case .ordered = rows { true } else { false } }
}
