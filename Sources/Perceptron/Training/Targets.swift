/// What a model is to give for each row: a row of a matrix, or the index of a class.
public enum Targets<Scalar: BLASScalar>: Equatable, Sendable {
    case matrix(Matrix<Scalar>)
    case classes([Int])

    public var rows: Int {
        switch self {
        case .matrix(let matrix): matrix.rows
        case .classes(let classes): classes.count
        }
    }

    /// The targets of the rows with the given indices, in that order.
    public func rows(_ indices: some Sequence<Int>) -> Targets {
        switch self {
        case .matrix(let matrix): .matrix(matrix.rows(indices))
        case .classes(let classes): .classes(indices.map { classes[$0] })
        }
    }

    /// Throws unless the targets fit a model with `outputFeatures` columns.
    /// - Parameter rows: the rows that take part; all if nil.
    func check(outputFeatures: Int, name: String = "targets", rows: [Int]? = nil) throws(PerceptronError) {
        switch self {
        case .matrix(let matrix):
            try Perceptron.check(matrix, name, columns: outputFeatures, of: "the model gives", rows: rows)
        case .classes(let classes):
            for place in 0..<(rows?.count ?? classes.count) {
                let row = rows?[place] ?? place
                if 0..<outputFeatures ~= classes[row] { continue }
                throw .invalidValue(
                    "\(name) have label \(classes[row]) in row \(row) (counted from 0); "
                        + "the model gives \(outputFeatures) classes, 0 to \(outputFeatures - 1)")
            }
        }
    }
}
