/// Σ over rows of one output, that which a row's class names: its gradient is 1 there and 0 elsewhere.
///
/// What goes back from it is the derivative of that output: a row of a Jacobian matrix.
struct SelectedOutput: Loss {
    func scale(rows: Int, columns: Int) -> Double { 1 }

    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    func evaluate<Scalar: BLASScalar>(
        outputs: MatrixView<Scalar>, targets: TargetView<Scalar>, scale: Double,
        gradient: inout MutableMatrixView<Scalar>
    ) -> Double {
        var sum = 0.0
        for row in 0..<outputs.rows {
            let selected = targets.classes[row]
            for column in 0..<outputs.columns { gradient[row, column] = column == selected ? 1 : 0 }
            sum += Double(outputs[row, selected])
        }
        return sum
    }
}
