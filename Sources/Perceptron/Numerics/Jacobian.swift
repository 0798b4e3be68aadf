/// The first derivatives of a model's outputs with respect to its inputs or its parameters, for each row of input.
///
/// `jacobian[row, output, variable]` is ∂ output / ∂ variable. Its matrix has one row for each output of each input
/// row, with the outputs of an input row adjacent, and one column for each variable.
public struct Jacobian<Scalar: BLASScalar>: Equatable, Sendable {
    /// The number of input rows.
    public let rows: Int
    /// The number of outputs of the model.
    public let outputs: Int
    /// The number of inputs or parameters that derivatives are taken with respect to.
    public let variables: Int
    /// All derivatives, (rows · outputs) × variables.
    public let matrix: Matrix<Scalar>

    init(rows: Int, outputs: Int, variables: Int, writing body: (Memory<Scalar>) -> Void) {
        self.rows = rows
        self.outputs = outputs
        self.variables = variables
        matrix = Matrix(rows: rows * outputs, columns: variables, writing: body)
    }

    /// ∂ output / ∂ variable at an input row.
    public subscript(row: Int, output: Int, variable: Int) -> Scalar {
        precondition(output >= 0 && output < outputs, "index out of range of the Jacobian")
        return matrix[row * outputs + output, variable]
    }

    /// The derivatives at one input row, outputs × variables.
    public subscript(row row: Int) -> Matrix<Scalar> { matrix.rows(row * outputs..<(row + 1) * outputs) }
}
