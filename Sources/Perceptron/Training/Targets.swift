/// The targets of a data set: a matrix, or the class of each row.
enum Targets<Scalar: BLASScalar>: Sendable {
    case matrix(Matrix<Scalar>)
    case classes([Int])

    var rows: Int {
        switch self {
        case .matrix(let matrix): matrix.rows
        case .classes(let classes): classes.count
        }
    }

    /// Throws unless the targets fit a model with `outputFeatures` columns.
    func check(outputFeatures: Int) throws(PerceptronError) {
        switch self {
        case .matrix(let matrix):
            try Perceptron.check(matrix, "targets", columns: outputFeatures, of: "the model gives")
        case .classes(let classes):
            if let row = classes.firstIndex(where: { $0 < 0 || $0 >= outputFeatures }) {
                throw .invalidValue(
                    "targets have label \(classes[row]) in row \(row) (counted from 0); "
                        + "the model gives \(outputFeatures) classes, 0 to \(outputFeatures - 1)")
            }
        }
    }
}
