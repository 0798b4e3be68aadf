/// `x`, unchanged (`torch.nn.Identity`).
public struct Identity: InPlaceElementwiseLayer, Codable {
    /// Creates the layer.
    public init() {}

    package var formula: Formula { .x }
    package var kernel: ActivationKernel { ActivationKernel(.identity) }

    // Where it lies already, there is nothing to do.
    public func activate<Scalar: BLASScalar>(_: inout MutableMatrixView<Scalar>) {}
    public func differentiate<Scalar: BLASScalar>(
        outputs _: MatrixView<Scalar>, gradient _: inout MutableMatrixView<Scalar>
    ) {}
}
