/// The targets of rows: a matrix with a row for each, or class indices.
public enum Targets<Scalar: BLASScalar>: Equatable, Sendable {
    /// Numbers, rows × columns.
    case matrix(Matrix<Scalar>)
    /// The class of each row, counted from 0.
    case classes([Int])

    /// How many rows there are.
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
}

/// Throws unless each class is one of `count`.
/// - Parameter rows: the rows to check; all if nil.
func check(
    classes: [Int], below count: Int, name: String = "targets", rows: [Int]? = nil
) throws(PerceptronError) {
    for place in 0..<(rows?.count ?? classes.count) {
        let row = rows?[place] ?? place
        if 0..<count ~= classes[row] { continue }
        throw .invalidValue(
            "\(name) have label \(classes[row]) in row \(row) (counted from 0); "
                + "the model gives \(counted(count, "class", "classes")), 0 to \(count - 1)")
    }
}

/// The remedy if class numbers were read as values.
let classesReadAsValues =
    "If these values are the numbers of classes, read them with targetKind: .classes, or give them as [Int]"
