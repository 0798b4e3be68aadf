/// 1 / (1 + e⁻ˣ), element by element, without overflow for any x (`torch.nn.Sigmoid`).
public struct Sigmoid: InPlaceLayer, Codable {
    public init() {}

    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    public func activate<Scalar: BLASScalar>(_ values: inout MutableMatrixView<Scalar>) {
        Kernels.sigmoid(&values)
    }

    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    public func differentiate<Scalar: BLASScalar>(
        outputs: MatrixView<Scalar>, gradient: inout MutableMatrixView<Scalar>
    ) {
        Kernels.sigmoidBackward(outputs: outputs, gradient: &gradient)
    }

    public var treatsRowsApart: Bool { true }
    public var treatsColumnsApart: Bool { true }
}
