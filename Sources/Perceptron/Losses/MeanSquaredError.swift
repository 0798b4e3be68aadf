/// Σ (output − target)² / (rows · columns); gradient 2/(rows · columns) · (output − target) (`torch.nn.MSELoss`).
///
/// Class indices as targets stand for their one-hot rows.
public struct MeanSquaredError: Loss {
    public init() {}

    public func scale(rows: Int, columns: Int) -> Double { 1 / (Double(rows) * Double(columns)) }

    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    public func evaluate<Scalar: BLASScalar>(
        outputs: MatrixView<Scalar>, targets: TargetView<Scalar>, scale: Double,
        gradient: inout MutableMatrixView<Scalar>
    ) -> Double {
        Kernels.loss(
            .meanSquaredError(Scalar.self), outputs: outputs, targets: targets, scale: scale, gradient: &gradient)
    }
}
