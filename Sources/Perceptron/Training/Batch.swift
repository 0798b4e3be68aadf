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

    /// Some of its rows.
    func part(_ range: Range<Int>) -> Batch {
        let rows: Rows =
            switch rows {
            case .contiguous(let from): .contiguous(from: from + range.lowerBound)
            case .ordered(let from): .ordered(from: from + range.lowerBound)
            }
        return Batch(
            inputs: inputs, targets: targets, weights: weights, classWeights: classWeights, rows: rows,
            count: range.count)
    }

    var isGathered: Bool { if case .ordered = rows { true } else { false } }
}

/// What a part of a batch must know of the whole.
struct WholeBatch {
    let rows: Int
    /// How many rows it counts for.
    let weight: Double
    /// The place in it of the part's first row.
    let firstRow: Int
}
