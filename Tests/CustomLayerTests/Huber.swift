import Perceptron

/// The mean of e²/2 where |e| ≤ 1, |e| − 1/2 beyond, for the error e of every element (`torch.nn.HuberLoss`).
struct Huber: Loss {
    func scale(rows: Int, columns: Int) -> Double { 1 / (Double(rows) * Double(columns)) }

    func evaluate<Scalar: BLASScalar>(
        outputs: MatrixView<Scalar>, targets: TargetView<Scalar>, scale: Double,
        gradient: inout MutableMatrixView<Scalar>
    ) -> Double {
        var sum = 0.0
        for row in 0..<outputs.rows {
            for column in 0..<outputs.columns {
                let error = Double(outputs[row, column] - targets[row, column])
                sum += abs(error) <= 1 ? error * error / 2 : abs(error) - 0.5
                gradient[row, column] = Scalar(scale * max(-1, min(1, error)))
            }
        }
        return sum
    }
}
