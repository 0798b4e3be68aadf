/// A loss that a C loop computes, weights and all.
protocol KernelLoss: Loss {
    var kernel: LossKernel { get }
}

extension KernelLoss {
    public func evaluate<Scalar: BLASScalar>(
        outputs: MatrixView<Scalar>, targets: TargetView<Scalar>, scale: Double,
        gradient: inout MutableMatrixView<Scalar>
    ) -> Double {
        Kernels.loss(
            kernel, outputs: outputs, targets: targets, weights: LossWeights(), scale: scale, gradient: &gradient)
    }

    public func evaluate<Scalar: BLASScalar>(
        outputs: MatrixView<Scalar>, targets: TargetView<Scalar>, weights: LossWeights, scale: Double,
        gradient: inout MutableMatrixView<Scalar>
    ) -> Double {
        Kernels.loss(kernel, outputs: outputs, targets: targets, weights: weights, scale: scale, gradient: &gradient)
    }
}
