/// What training makes small: a mean over the rows of a batch, and its gradient.
///
/// A loss sees a block of rows at a time and returns a sum; the trainer adds the sums of the blocks, in Double and in
/// their order, and multiplies by `scale(rows:columns:)`, which makes it a mean.
public protocol Loss: Sendable {
    /// What turns the sum over all rows of a batch into the loss: 1/rows, or 1/(rows·columns) for an element-wise mean.
    func scale(rows: Int, columns: Int) -> Double

    /// Returns the sum of the loss over the rows of `outputs`, and writes `scale` times that sum's gradient with
    /// respect to the outputs into every element of `gradient`.
    func evaluate<Scalar: BLASScalar>(
        outputs: MatrixView<Scalar>, targets: TargetView<Scalar>, scale: Double,
        gradient: inout MutableMatrixView<Scalar>
    ) -> Double

    /// The loss that does this one's work from the inputs of the model's last layer, if there is one: the two are
    /// then computed together, and `gradient` is with respect to those inputs. None unless a loss says so.
    func fused(with lastLayer: any Layer) -> (any Loss)?
}

extension Loss {
    public func scale(rows: Int, columns: Int) -> Double { 1 / Double(rows) }
    public func fused(with lastLayer: any Layer) -> (any Loss)? { nil }
}

extension Loss {
    /// Returns the sum over the rows of weight × loss, and writes `scale` times that sum's gradient.
    ///
    /// A row of weight 0 is as if it weren't there, whatever its loss.
    func evaluate<Scalar: BLASScalar>(
        outputs: MatrixView<Scalar>, targets: TargetView<Scalar>, weights: Span<Double>, scale: Double,
        gradient: inout MutableMatrixView<Scalar>
    ) -> Double {
        var sum = 0.0
        for row in 0..<outputs.rows {
            let weight = weights[row]
            var rowGradient = gradient.rows(row..<row + 1)
            if weight == 0 {
                for column in 0..<rowGradient.columns { rowGradient[0, column] = 0 }
            } else {
                let loss = evaluate(
                    outputs: outputs.rows(row..<row + 1), targets: targets.rows(row..<row + 1),
                    scale: scale * weight, gradient: &rowGradient)
                sum += weight * loss
            }
        }
        return sum
    }

    /// What turns a sum over rows that weigh `weight` together into their mean.
    func scale(weight: Double, columns: Int) -> Double {
        weight > 0 ? scale(rows: 1, columns: columns) / weight : 0
    }
}
