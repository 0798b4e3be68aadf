/// The rows of a data set that form a batch, during its step.
struct Batch<Scalar: BLASScalar> {
    enum Rows {
        /// Consecutive rows, beginning at a row.
        case contiguous(from: Int)
        /// Rows in a given order, beginning at a position in it.
        case ordered(from: Int)
    }
    enum Values {
        case matrix(Memory<Scalar>)
        case classes([Int])
    }
    let inputs: Memory<Scalar>
    let targets: Values
    /// How many rows each row of the data set counts as; 1 if nil.
    var weights: [Double]?
    /// Used instead if the loss applies class weights itself.
    var classWeights: ClassWeights?
    let rows: Rows
    let count: Int

    var isGathered: Bool { if case .ordered = rows { true } else { false } }
}
