/// ln(1 + eˣ), element by element, and x itself beyond 20 (`torch.nn.Softplus` with its defaults).
///
/// The derivative, 1 − e⁻ʸ, is taken from the output.
public struct Softplus: InPlaceLayer, Codable {
    public init() {}

    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    public func activate<Scalar: BLASScalar>(_ values: inout MutableMatrixView<Scalar>) {
        Kernels.softplus(&values)
    }

    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    public func differentiate<Scalar: BLASScalar>(
        outputs: MatrixView<Scalar>, gradient: inout MutableMatrixView<Scalar>
    ) {
        Kernels.softplusBackward(outputs: outputs, gradient: &gradient)
    }

    public var treatsRowsApart: Bool { true }
    public var treatsColumnsApart: Bool { true }
}
