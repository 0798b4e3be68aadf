/// First derivatives of a model's outputs, for each row of its input, with respect to its inputs or its parameters.
///
/// `jacobian[row, output, variable]` is ∂ output / ∂ variable. As a matrix it has a row for each output of each row of the
/// input, those of one row following each other, and a column for each variable.
public struct Jacobian<Scalar: BLASScalar>: Equatable, Sendable {
    /// The rows of the input.
    public let rows: Int
    /// The outputs of the model.
    public let outputs: Int
    /// The inputs or parameters that derivatives are taken with respect to.
    public let variables: Int
    /// (rows · outputs) × variables.
    public let matrix: Matrix<Scalar>

    init(rows: Int, outputs: Int, variables: Int, writing body: (Memory<Scalar>) -> Void) {
        self.rows = rows
        self.outputs = outputs
        self.variables = variables
        matrix = Matrix(rows: rows * outputs, columns: variables, writing: body)
    }

    /// ∂ output / ∂ variable at a row.
    public subscript(row: Int, output: Int, variable: Int) -> Scalar {
        precondition(output >= 0 && output < outputs, "index out of range of the Jacobian")
        return matrix[row * outputs + output, variable]
    }

    /// outputs × variables: the derivatives at one row of the input.
    public subscript(row row: Int) -> Matrix<Scalar> { matrix.rows(row * outputs..<(row + 1) * outputs) }
}
