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
